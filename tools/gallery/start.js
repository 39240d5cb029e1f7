// The host gives models only to a page that has introduced itself.
$("plan").append(...ranks.map((value) => make("option", { value }, "Runs on " + sentence(value))));
for (let i = 0; i < 6; i++) $("cards").append(make("li", { className: "card", ariaHidden: true }, make("span", { className: "tile" })));
readWish();
showFilters();
ask("ui/initialize", {
	protocolVersion: "2026-01-26",
	appInfo: { name: "scenario-gallery", version: "1" },
	appCapabilities: { availableDisplayModes: ["inline"] },
}).then((r) => {
	abilities = r.hostCapabilities;
	adapt(r.hostContext ?? {});
	post({ method: "ui/notifications/initialized" });
	new ResizeObserver(() => post({ method: "ui/notifications/size-changed", params: { height: Math.ceil(document.body.offsetHeight) } })).observe(document.body);
}, (error) => fail(error.message));
