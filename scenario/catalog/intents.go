package catalog

import (
	"maps"
	"slices"
	"strings"
	"sync"
)

// The tables below are all that the search knows about the words of a wish
// beside their letters. They hold common English and well-known names of looks;
// no model or provider of the catalog is named. Everything in them adds to a
// score or takes from it; nothing in them keeps a model out. Whoever tunes them
// looks at the tune split of the pick-quality wishes only:
//
//	go test ./scenario/catalog -run TestPickQuality -v -args -failures

// intent reads words of a task as what they plainly ask for.
type intent struct {
	// when is phrases, separated by "|". A phrase matches when its words
	// stand in the wish in this order with no more than two words between,
	// none before a word with a "+"; "a/b" is either word and "$name" any
	// word of that class.
	when string
	// caps are the capabilities meant, the likeliest first: a model with it
	// gains boost, and one with a later one less.
	caps  string
	boost float32
	// says is how plainly the words tell what is to come out.
	says saying
	// also are words looked up beside those of the wish.
	also string
	// prefer is a leaning towards models of a kind, plan one towards those
	// that the plan of this name may run. Their words are not looked up,
	// unless the leaning is about whose a model is.
	prefer preference
	plan   string
}

func (in *intent) capabilities() []string { return strings.Fields(in.caps) }

// media are what the capabilities make.
func (in *intent) media() (list []string) {
	for _, c := range in.capabilities() {
		if m := madeBy(c); m != "" && !slices.Contains(list, m) {
			list = append(list, m)
		}
	}
	return list
}

// madeBy returns what a capability such as "img2video" makes, or "".
func madeBy(capability string) string {
	if i := strings.LastIndexByte(capability, '2'); i > 0 {
		return capability[i+1:]
	}
	return ""
}

// explains reports whether there is nothing to look the words up for.
func (in *intent) explains() bool {
	return in.says == nothing || in.plan != "" || in.prefer&(preferFree|preferNew) != 0
}

// apart reports whether no other phrase may read the words.
func (in *intent) apart() bool { return in.says == aside || in.says == nothing }

// saying is how plainly words tell the medium of what is to come out.
type saying int

const (
	hints   saying = iota // they rank models that make it higher, no more
	names                 // a thing: it is to come out, or what that is of or for
	asks                  // a task with just that result
	aside                 // they belong together and mean no medium at all
	nothing               // the same, and say nothing about a model either
)

// preference is a leaning of a wish that no word of a model's text shows.
type preference int

const (
	preferFree   preference = 1 << iota // low plans first
	preferNew                           // recently created first
	preferOld                           // the other way round
	preferOwn                           // the account's own models
	preferPublic                        // the other way round
)

// classes are the words a "$name" of a phrase stands for.
var classes = map[string]string{
	"image":   "image images picture photo photograph photography pic still selfie snapshot drawing painting art artwork illustration sketch screenshot portrait jpg jpeg png scan",
	"picture": "poster cover icon logo sticker banner thumbnail wallpaper storyboard illustration flyer emoji tattoo postcard",
	"video":   "video clip footage film movie cutscene recording",
	"mesh":    "mesh 3d geometry glb fbx obj stl",
	"text":    "text prompt words sentence description script",
	"voice":   "voice speech narration narrator dialogue",
	"sound":   "audio sound recording voice speech podcast interview microphone mic track call dialogue",
	"song":    "song track music recording mix",
	"make":    "make create generate build produce sculpt",
	"own":     "my our this these existing",
	"date":    "today week month year",
	"plan":    "plan tier account subscription",
	"release": "release add added publish launch",
}

var intents = []intent{
	// Words that mean something else beside each other.
	{when: "video/computer+game|video/music/media+player|video/film/movie+camera/poster/still|film+grain/look/style/stock/photo/photography/noir|song+bird|speech+bubble/balloon|trained+on/with/for", says: aside},
	{when: "3d+look/looking/feel/style/styled/stylized/render/rendered/rendering/cartoon/text/effect/letter/art/artwork/portrait/photo/picture/image/avatar|3d+$picture", says: aside},
	{when: "can/could/may run/use", says: nothing},

	// Moving pictures.
	{when: "$image to/into $video|into $video|i2v|img2video|image2video|animate $image|bring life|bring $image life|$image move|$image come alive|moving $image|first frame|last frame|gif $image|$image gif|$image me/him/her/us dancing", caps: "img2video", boost: 2.2, says: asks, also: "i2v animate"},
	{when: "animate|idle|breathing", caps: "img2video", boost: 2.2, also: "i2v animate"},
	{when: "$text to/into $video|t2v|txt2video|text2video|$video from $text|animation from $text", caps: "txt2video", boost: 2.2, says: asks, also: "t2v"},
	{when: "$video of/about/showing|loop+of|film scene/sequence|short film|animation of|music+video|$video+model/generator/maker", caps: "txt2video img2video", boost: 1.4, says: names},
	{when: "video|clip|footage|movie|cutscene", caps: "txt2video img2video video2video", boost: 1.2, says: names},
	{when: "film|animation|dance|dancing|trailer", caps: "txt2video img2video video2video", boost: 1.2},
	{when: "v2v|video2video|vid2vid|$own $video|in/of/from/through/out a/the/this/my/our+$video|$video upscale/upscaler/enhance/restore/restyle/stabilize/reframe|upscale/enhance/restore/restyle/colorize/edit/repair/fix/stabilize/relight/reframe $video|$video to/into|fps|frame rate|slow motion|slow mo|slowmo|interpolate|stabilize|deflicker|mocap|motion capture|lip sync|lipsync|dub|weather $video|actor", caps: "video2video", boost: 1.6},
	{when: "sound/audio/music/foley silent/video/clip|$video sound/audio/music", caps: "video2audio txt2audio", boost: 1.8},

	// Three dimensions. A "3D look" is an ordinary picture.
	{when: "$image to/into $mesh|into $mesh|$mesh from/of/off $image|$mesh from|img23d|image23d|photogrammetry|sculpture $image|turn around blender", caps: "img23d", boost: 2.5, says: asks, also: "mesh 3d"},
	{when: "$image $mesh", caps: "img23d", boost: 2.5, also: "mesh 3d"},
	{when: "$text to/into $mesh|$mesh from $text|txt23d|text23d", caps: "txt23d", boost: 2.5, says: asks, also: "mesh 3d"},
	{when: "3d model/asset/object/print/printer/printing/scan/file|$make 3d|3d for/in game/unity/unreal/blender|stl|fbx|glb|obj", caps: "txt23d img23d", boost: 1.5, says: names, also: "mesh 3d"},
	{when: "mesh|polygon|blender|game ready", caps: "img23d txt23d", boost: 1.5, also: "mesh 3d"},
	{when: "rig|rigging|skeleton|bones|retopology|retopologize|remesh|decimate|unwrap|uv|lod|texture mesh/3d/model|texture existing|polycount", caps: "3d23d", boost: 2.2},

	// Sound.
	{when: "voice over|voiceover|tts|text to speech|text speech|narration|narrator|speech|voice|dialogue", caps: "txt2audio", boost: 1.5, says: names, also: "voice tts speech"},
	{when: "narrate|read aloud|read out|speak|say|banter|talk", caps: "txt2audio", boost: 1.5, also: "voice tts speech"},
	{when: "change/clone/convert/replace voice|clone|voice clone/cloning|sound like someone|make me sound|my own voice|voice changer|denoise/noisy/noise $sound|$sound noise/noisy|remove noise|remaster|mastering", caps: "audio2audio", boost: 2.0, also: "voice"},
	{when: "separate/extract/isolate/pull/split/take vocals/drums/song/track/instrumental|stems|karaoke", caps: "audio2audio", boost: 2.0, says: asks, also: "stems"},
	{when: "isolate", caps: "audio2audio", boost: 2.0, also: "voice"},
	{when: "music|song|soundtrack|melody|jingle|lyrics|theme tune|loop music", caps: "txt2audio", boost: 1.5, says: names, also: "music"},
	{when: "beat|score|singing", caps: "txt2audio", boost: 1.5, also: "music"},
	{when: "sound effect|sound|sfx|foley|ambience|explosion sound", caps: "txt2audio", boost: 1.2, says: names, also: "sfx sound"},
	{when: "noise|roar|footsteps|audio", caps: "txt2audio", boost: 1.2, also: "sfx sound"},
	{when: "transcribe|transcription|speech to text|subtitle|captions $video|transcript", caps: "audio2txt video2txt", boost: 2.2, also: "transcription subtitles"},

	// Words about pictures.
	{when: "caption|describe|tag $image|alt text|prompt from $image|$image to $text|prompt $image|img2txt|dataset", caps: "img2txt", boost: 2.0, also: "caption describe"},
	{when: "improve/write/expand/translate/rewrite prompt|brainstorm|names for|write story/dialogue/quest", caps: "txt2txt", boost: 1.8},

	// Work on a picture at hand.
	{when: "upscale|upscaling|upscaler|enlarge|bigger|hi res|higher resolution|high resolution|super resolution|increase resolution|enhance|sharpen|more pixels|larger", caps: "img2img", boost: 1.0, also: "upscale image-upscale"},
	{when: "remove/erase/delete/drop/cut/strip/take background/bg|background/bg remove/removal/remover|rembg|transparent background|cut out|cutout|isolate subject|without background|no background", caps: "img2img", boost: 1.0, also: "remove-background background cutout"},
	{when: "remove|erase|delete|get rid|rid|clean up|cleanup|retouch|take out|wipe", caps: "img2img inpaint", boost: 1.0, also: "remove eraser cleanup"},
	{when: "inpaint|inpainting|fill|masked area|paint over|replace part", caps: "inpaint", boost: 1.8, also: "inpaint"},
	{when: "outpaint|outpainting|uncrop|extend/expand/widen $image|beyond edges/border|extend canvas|wider", caps: "outpaint", boost: 1.8, also: "outpaint extend expand"},
	{when: "edit|change|replace|swap|recolor|restore|restoration|colorize|relight|convert|turn $image|turn into|$image into/to|restyle|make look|$image better|fix|repair|vectorize|combine|merge|blend|same face|from $image|colour in|lighting of|svg|selfie", caps: "img2img", boost: 0.9},
	{when: "blurry|unblur|deblur|out of+focus", caps: "img2img", boost: 0.9, also: "deblur"},
	{when: "noisy|denoise|denoise/noise/grain $image|$image noise/grain", caps: "img2img", boost: 0.9, also: "denoise"},
	{when: "controlnet|pose|depth map|canny|edges|scribble|stick figure|line drawing to|sketch to|from sketch|skeleton pose|segmentation", caps: "controlnet", boost: 1.5},
	{when: "same/consistent character|consistent|consistency|reference|same person/bear/hero/mascot|keep character|across $image|every page", caps: "reference", boost: 1.5, also: "consistent reference"},
	{when: "make/look like painting/drawing/cartoon/comic|make look like|style transfer", caps: "img2img video2video", boost: 0.9, also: "restyle style-transfer stylize"},
	{when: "remove/delete/erase/wipe people/object/person/stranger/passer/tourist/car/wires/thing", caps: "img2img inpaint video2video", boost: 0.9, says: asks, also: "objects eraser"},
	{when: "delete/erase $image|erase|delete|get rid|wipe", caps: "img2img", boost: 0.9, also: "objects eraser"},
	{when: "color/colour in|add color/colour|black white $image", caps: "img2img", boost: 0.9, also: "colorize"},
	{when: "relight|change/adjust/fix/improve/make lighting/light|lighting of", caps: "img2img", boost: 0.9, also: "relight"},
	{when: "high end|high quality|highest quality|best quality|top quality|premium|flagship", also: "flagship pro best"},
	{when: "$image+model/generator/maker", caps: "txt2img img2img", boost: 1.0, says: names},
	{when: "text to $image|t2i|txt2img|text2image|generate $image|$image from $text", caps: "txt2img", boost: 1.0},

	// Price, age and whose.
	{when: "free+$plan", prefer: preferFree, plan: "Free"},
	{when: "creator+$plan", plan: "Creator"},
	{when: "pro+$plan", plan: "Pro"},
	{when: "team+$plan", plan: "Team"},
	{when: "enterprise+$plan", plan: "Enterprise"},
	{when: "free|no cost|no charge|no subscription|no money|without paying|nothing expensive|not expensive|inexpensive|cheap|budget|affordable", prefer: preferFree},
	{when: "newest|latest|most recent|recent|new version|current|new+model|what/whats/anything new|just/newly/recently $release|$release recently/lately|$release this/last $date|model is/are+new", prefer: preferNew},
	{when: "oldest|old version|the old|original version|previous version|first version", prefer: preferOld},
	{when: "our model/style/look/lora|my own|our own|is/are/of+ours|own model|private model|model own|me/we/us/ive/weve trained|model/style/look/lora+trained|trained model/style/lora|trained by us/me|my model|in house|house style|not/no public", prefer: preferOwn},
	{when: "not/arent/isnt our/ours|not one our|not/no/without own/private|someone else model|public model", prefer: preferPublic},
}

// otherwise is meant when no intent names a medium: a picture.
var otherwise = intent{caps: "txt2img img2img", boost: 1.0}

// synonyms are words of one meaning for somebody who looks for a model; each
// stands for the others, at a discount.
var synonyms = []string{
	"photo photograph photography photographic",
	"image picture pic",
	"photorealistic photoreal realistic lifelike realism",
	"video clip footage movie",
	"animate animation animated motion moving",
	"mesh 3d geometry",
	"upscale upscaler enlarge bigger enhance resolution superresolution",
	"sharpen deblur sharp blurry unblur",
	"denoise noisy denoiser",
	"remove eraser erase delete rid cleanup",
	"cutout matting remove-background rembg",
	"outpaint outpainting uncrop extend expand",
	"inpaint inpainting fill",
	"vector vectorize svg",
	"colorize colorization",
	"recolor palette recolour",
	"relight lighting light",
	"restore restoration repair scratches",
	"voice speech spoken vocal narrator narration",
	"tts text-to-speech voiceover voice-over aloud narrate speak",
	"sfx sound-effects foley noise",
	"music song soundtrack tune track instrumental",
	"vocals singing sung singer lyrics",
	"stems separation separate split isolate isolator extract",
	"transcribe transcription speech-to-text subtitles transcript",
	"translate translation dubbing dub language",
	"lipsync lip-sync mouth talking",
	"avatar talking-head presenter",
	"rig rigging skeleton bones",
	"retopology remesh retopo quad",
	"pbr material texture",
	"tileable seamless tile repeating",
	"panorama 360 equirectangular skybox",
	"hdri hdr",
	"sprite spritesheet sprites",
	"low-poly lowpoly",
	"monster creature beast",
	"character hero person figure",
	"people crowd humans person",
	"landscape scenery environment",
	"background backdrop bg",
	"interior room furniture furnished apartment",
	"building architecture architectural house",
	"spaceship spacecraft starship",
	"robot mech mecha android",
	"weapon sword gun rifle",
	"vehicle car truck",
	"clothes clothing outfit garment fashion dress shirt",
	"jewelry jewellery ring gem",
	"product packshot bottle merchandise",
	"mockup mock-up template",
	"logo brand emblem wordmark",
	"poster flyer leaflet",
	"typography text lettering readable font",
	"icon pictogram glyph",
	"ui hud interface buttons gui menu",
	"inventory item loot",
	"tileset tilemap tiles",
	"map cartography battlemap",
	"sticker die-cut decal",
	"emoji emoticon smiley",
	"tattoo flash-tattoo",
	"embroidery embroidered stitched patch",
	"knit knitted yarn wool crochet",
	"clay claymation plasticine",
	"stop-motion claymation",
	"paper papercut cardboard origami",
	"balloon inflatable",
	"brick bricks block",
	"voxel cubes blocky",
	"pixel 8-bit 16-bit",
	"retro vintage nostalgic old",
	"cute chibi kawaii adorable",
	"horror scary creepy spooky halloween gothic",
	"gothic vampire victorian dark",
	"noir detective",
	"black-and-white monochrome grayscale",
	"cyberpunk neon futuristic",
	"steampunk clockwork brass",
	"sci-fi scifi science-fiction futuristic space",
	"fantasy medieval magic magical",
	"knight paladin armor",
	"dinosaur prehistoric",
	"ink pen",
	"pencil graphite hand-drawn",
	"sketch drawing doodle scribble drawn",
	"lineart line-art outline outlines linework",
	"coloring-book coloring-page",
	"watercolor aquarelle gouache",
	"oil-painting oils painterly painting painted",
	"engraving engraved etching hatching",
	"woodcut linocut woodblock",
	"stained-glass leaded",
	"comic comics cartoon",
	"manga anime",
	"analog film-camera 35mm disposable grain",
	"portrait headshot face",
	"linkedin headshot business professional",
	"selfie portrait face",
	"smiling smile expression emotion",
	"age older younger",
	"child children kid kids",
	"product e-commerce shop packshot",
	"advertising ads ad campaign marketing banner",
	"real-estate listing property staging",
	"furnish furnished furnishes furniture staging",
	"blockout greybox graybox whitebox viewport",
	"blueprint technical schematic",
	"turnaround character-sheet model-sheet multiview",
	"pose posing posture",
	"consistent consistency same",
	"mask segment segmentation matte",
	"layers layered foreground",
	"caption captioning describe description",
	"prompt prompting",
	"interpolation fps frame-interpolation slow-motion slow-mo in-between smooth",
	"morph keyframes in-betweening transition",
	"reframe vertical horizontal aspect-ratio resize tiktok 16:9",
	"lighting relight",
	"weather rain snow",
	"day night",
	"walk walking run",
	"direction directional",
	"mocap motion-capture",
	"gif loop looping",
	"cheap budget cheaper affordable low-cost",
	"fast turbo quick speed lite",
	"draft drafts preview rough",
	"mini small tiny nano lite",
	"large largest big",
	"flagship best top premium high-end pro",
	"open-weights open-source open weights",
	"licensed commercial-safe legal copyright indemnified indemnity",
	"latest newest",
	"variants variations versions variation",
	"founders team staff",
	"friends people portrait",
	"instructions language instruction",
	"sample example",
	"conversation dialogue banter",
	"8 eight",
	"1 one first",
	"2 two second",
	"3 three third",
	"4 four",
	"dragon wyvern",
	"goblin orc troll",
	"dungeon cave crypt",
	"tabletop ttrpg dnd rpg",
	"dm dming dungeon-master tabletop",
	"match-3 match-three",
	"gems candies candy jewels",
	"platformer side-scroller",
	"level-design blockout",
	"mascot",
	"bust statue sculpture",
	"newspaper halftone dots",
	"wood planks wooden",
	"stone rock",
	"leather cloth fabric textile",
	"synthwave vaporwave outrun eighties 80s",
	"i2v image-to-video img2video",
	"t2v text-to-video txt2video",
	"v2v video-to-video video2video",
	"face-swap swap",
	"haircut hair hairstyle",
	"makeup cosmetics beauty",
	"old-photo restoration",
	"cozy cosy",
	"explainer whiteboard",
	"slides presentation",
}

// looks are names people give a look by, and words for that look. Unlike
// synonyms each of the words counts by itself.
var looks = map[string]string{
	"lego": "brick bricks toy plastic", "playmobil": "toy plastic",
	"minecraft": "voxel blocks", "roblox": "voxel toy blocky",
	"gameboy": "pixel retro handheld green", "nes": "pixel 8-bit", "snes": "pixel 16-bit", "atari": "pixel retro",
	"stardew": "pixel farm cozy", "terraria": "pixel", "undertale": "pixel",
	"zelda": "fantasy adventure", "pokemon": "creature cute monster", "mario": "platformer cartoon",
	"fortnite": "stylized 3d cartoon", "overwatch": "stylized hero 3d", "borderlands": "cel-shaded comic ink",
	"diablo": "dark fantasy", "elden": "dark fantasy", "skyrim": "fantasy", "warcraft": "hand-painted fantasy stylized",
	"bloodborne": "gothic horror", "cuphead": "rubber-hose cartoon vintage", "tetris": "puzzle blocks", "candycrush": "match-3 candy",
	"sims": "isometric interior", "simcity": "isometric city", "gta": "comic poster", "doom": "demon horror",
	"pixar": "3d render cartoon character", "disney": "cartoon character", "dreamworks": "3d render cartoon",
	"ghibli": "anime painted scenery", "miyazaki": "anime painted scenery", "shinkai": "anime scenery clouds sky",
	"naruto": "anime manga", "dragonball": "anime manga", "simpsons": "cartoon", "gromit": "clay claymation", "aardman": "clay claymation",
	"muppet": "felt puppet", "tintin": "clear-line comic european", "asterix": "comic european", "moebius": "comic sci-fi clear-line",
	"marvel": "superhero comic", "batman": "superhero comic noir", "peanuts": "comic strip cartoon", "webtoon": "webtoon comic",
	"rembrandt": "oil painting baroque old-masters chiaroscuro", "vermeer": "oil painting baroque old-masters", "caravaggio": "oil baroque chiaroscuro",
	"gogh": "impressionism oil brush swirl", "monet": "impressionism impressionist", "picasso": "cubism cubist", "dali": "surreal surrealism dream",
	"warhol": "pop art", "lichtenstein": "pop art halftone comic", "hokusai": "woodblock ukiyo-e japan", "mucha": "art nouveau",
	"klimt": "gold art nouveau", "escher": "impossible geometry engraving", "banksy": "graffiti stencil street", "bosch": "surreal medieval",
	"rockwell": "illustration vintage", "giger": "biomechanical horror", "lovecraft": "eldritch horror tentacles", "cthulhu": "eldritch horror tentacles",
	"blade runner": "cyberpunk neon", "bladerunner": "cyberpunk neon", "matrix": "cyberpunk green", "tron": "neon sci-fi grid",
	"akira": "anime cyberpunk", "mad max": "dieselpunk desert wasteland", "fallout": "post-apocalyptic retro-futuristic", "star wars": "sci-fi space",
	"alien": "sci-fi creature", "wes anderson": "pastel symmetrical", "tim burton": "gothic dark whimsical", "kubrick": "cinematic",
	"polaroid": "instant analog photo", "kodak": "analog film photo", "holga": "analog film photo", "vhs": "retro video analog scanline",
	"banknote": "engraving", "ikea": "furniture interior manual", "instagram": "social photo", "tiktok": "vertical video reframe",
	"unity": "game engine", "unreal": "game engine", "blender": "3d mesh", "photoshop": "edit layers",
	"dnd": "tabletop ttrpg fantasy rpg", "magic": "fantasy", "tarot": "tarot card", "warhammer": "miniature dark fantasy",
	"christmas": "holiday winter", "easter": "holiday", "cat": "pet animal", "dog": "pet animal", "horse": "animal",
	"grandfather": "old photo", "grandmother": "old photo", "war": "military old", "vampire": "gothic", "doctor": "medical",
	"spanish": "language translate dub", "german": "language translate dub", "french": "language translate dub", "japanese": "japan language",
}

// Words that say nothing about a model, or so little that they count for a
// part only.
const (
	stopWords = `a an the this that these those some any all every each other another such
		i im id ill ive me my mine myself we were our ours us you your yours he his him she her hers it its they them their theirs
		am is are was be been being do does did doing done have has had having
		can could will would shall should may might must cant couldnt wont wouldnt
		and or but if so than then as of at by for from in into on onto to with about over under up down off out through between during
		there here where when which who whom whose what why how
		want wants wanted need needs needed like please would love looking something anything everything someone somebody
		give show find get let lets help recommend suggest pick choose best which using use used able
		hi hello hey thanks thank just very really quite also too only even still again maybe perhaps kind sort
		no not without dont doesnt isnt arent never except excluding exclude nothing none neither nor non instead rather
		please way able thing things stuff etc`
	weakWords = `change make makes making made create creating creates generate generating generator generation generated produce build
		model models tool ai image images picture pictures photo photos pic style styled stylized look looks looking looked
		art game games video videos turn put take add new old good nice great well proper real whole one two
		them it's client ready design designs work working small big color colors have`
)

// knowledge is the tables in the form the search reads.
type knowledge struct {
	stop, weak map[string]bool     // by the word as written, and by stem
	like       map[string][]alt    // by stem: other words for it
	looks      map[string][]string // by stem: the words of a look, all of them
	words      map[string]bool     // stems in phrases
	picture    map[string]bool     // stems of things that are drawn
	image      map[string]bool     // stems of pictures
	make       map[string]bool     // stems of what is done to have one
	own        map[string]bool     // stems of words before what is there
	phrases    []phrase            // in the order they are read
}

type phrase struct {
	slots  []map[string]bool // stems that fit
	tight  []bool            // the word stands right after the one before
	intent *intent
}

// order is by what phrases are read: those that take their words away from all
// others, then long ones.
func (p *phrase) order() int {
	if p.intent.apart() {
		return maxWishWords + len(p.slots)
	}
	return len(p.slots)
}

// alt is a word that may stand for another.
type alt struct {
	stem   string
	weight float32
}

// known is read at the first search, so that starting the program costs nothing.
var known = sync.OnceValue(readTables)

func readTables() *knowledge {
	k := &knowledge{stop: map[string]bool{}, weak: map[string]bool{}, like: map[string][]alt{}, looks: map[string][]string{}, words: map[string]bool{}}
	// Words come back in many lines.
	stems := map[string]string{}
	stemOf := func(w string) string {
		s, ok := stems[w]
		if !ok {
			s = joinedStem(w)
			stems[w] = s
		}
		return s
	}
	for w := range strings.FieldsSeq(stopWords) {
		k.stop[w] = true
	}
	for w := range strings.FieldsSeq(weakWords) {
		k.weak[stemOf(w)] = true
	}
	for _, group := range synonyms {
		fields := strings.Fields(group)
		for _, a := range fields {
			for _, b := range fields {
				k.add(stemOf(a), stemOf(b))
			}
		}
	}
	for name, look := range looks {
		name = stemOf(name)
		for w := range strings.FieldsSeq(look) {
			k.looks[name] = append(k.looks[name], stemOf(w))
		}
	}
	slots := map[string]map[string]bool{}
	for name, class := range classes {
		slots["$"+name] = map[string]bool{}
		for w := range strings.FieldsSeq(class) {
			slots["$"+name][stemOf(w)] = true
		}
	}
	k.picture, k.image, k.make, k.own = slots["$picture"], slots["$image"], slots["$make"], slots["$own"]
	for i := range intents {
		for p := range strings.SplitSeq(intents[i].when, "|") {
			ph := phrase{intent: &intents[i]}
			for slot := range strings.FieldsSeq(strings.ReplaceAll(p, "+", " +")) {
				slot, tight := strings.CutPrefix(slot, "+")
				fits := slots[slot]
				if fits == nil {
					fits = map[string]bool{}
					for w := range strings.SplitSeq(slot, "/") {
						fits[stemOf(w)] = true
					}
					slots[slot] = fits
				}
				ph.slots, ph.tight = append(ph.slots, fits), append(ph.tight, tight)
			}
			k.phrases = append(k.phrases, ph)
		}
	}
	for _, fits := range slots {
		maps.Copy(k.words, fits)
	}
	slices.SortStableFunc(k.phrases, func(a, b phrase) int { return b.order() - a.order() })
	return k
}

func (k *knowledge) add(a, b string) {
	if a != b && !slices.ContainsFunc(k.like[a], func(have alt) bool { return have.stem == b }) {
		k.like[a] = append(k.like[a], alt{b, synonymWord})
	}
}

// isNegator reports whether a word turns the next one around.
func isNegator(w string) bool {
	switch w {
	case "no", "not", "without", "dont", "doesnt", "isnt", "arent", "never", "except", "excluding", "exclude", "nothing", "neither", "nor", "non", "instead", "rather":
		return true
	}
	return false
}

// isModal reports whether a word turns the next one around if that says how
// something is: "it can't be a cartoon", but not "I can't draw a cartoon".
func isModal(w string) bool {
	switch w {
	case "cant", "cannot", "couldnt", "mustnt", "shouldnt", "wont", "wouldnt":
		return true
	}
	return false
}

func saysHow(w string) bool {
	switch w {
	case "be", "have", "look", "feel", "contain", "include", "show", "use", "need", "want", "like":
		return true
	}
	return false
}

// isRefusal reports whether a word of a wish refuses what follows it.
func isRefusal(w string) bool {
	switch w {
	case "avoid", "avoiding", "skip", "skipping", "hate", "dislike", "anti":
		return true
	}
	return false
}
