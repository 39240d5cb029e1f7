// Serve runs the fake Scenario API until it is interrupted:
//
//	go run ./scenario/fakeapi/serve -addr 127.0.0.1:8089 -models 709 -latency 100ms -fault status@2,status=429,retryafter=3
//
// Without -models it serves the sample catalog. Package fakeapi explains the modes
// and the faults.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"scenario-mcp/scenario/fakeapi"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	var opts fakeapi.Options
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&opts.Addr, "addr", "127.0.0.1:8089", "`address` to listen on; port 0 is any free one")
	mode := flags.String("mode", string(fakeapi.Real), "dialect: real or guide")
	models := flags.Int("models", 0, "generate this `number` of public models; 0 is the sample catalog")
	private := flags.Int("private", 8, "and this `number` of own ones")
	row := flags.Int("row", 0, "generate rows of this many `bytes`; 0 is 3500 to 7000")
	seed := flags.Uint64("seed", 1, "`seed` of what is generated")
	flags.StringVar(&opts.Key, "key", "", "API key to accept; any if empty, and -secret too")
	flags.StringVar(&opts.Secret, "secret", "", "API secret to accept")
	flags.IntVar(&opts.AuthStatus, "auth-status", 401, "`status` of wrong credentials")
	flags.BoolVar(&opts.SCTagsMatchNothing, "sc-tags-match-nothing", false, "the tag filter finds nothing for sc: tags (real mode)")
	flags.IntVar(&opts.PublicRouteStatus, "public-route-status", 0, "/models/public is gone with this `status`; 403 as by an API gateway")
	flags.IntVar(&opts.MaxPage, "max-page", 0, "largest page in `rows` (default 500)")
	flags.BoolVar(&opts.StrictParams, "strict", false, "refuse parameters the mode does not know")
	flags.StringVar(&opts.ConstantToken, "constant-token", "", "`token` of every page (guide mode)")
	flags.BoolVar(&opts.SearchQuotaExceeded, "search-quota-exceeded", false, "refuse searches")
	flags.DurationVar(&opts.Latency, "latency", 0, "wait before every answer")
	flags.BoolVar(&opts.NoGzip, "no-gzip", false, "never compress")
	flags.BoolVar(&opts.RateHeaders, "rate-headers", false, "send X-RateLimit headers")
	flags.Func("fault", "`kind[@n][,parameter=value…]` for the nth list request, or all; may be repeated\nkinds: "+strings.Trim(fmt.Sprint(fakeapi.FaultKinds()), "[]"), func(s string) error {
		f, err := fakeapi.ParseFault(s)
		opts.Faults = append(opts.Faults, f)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return err
	}
	opts.Mode = fakeapi.Mode(*mode)
	if opts.Mode != fakeapi.Real && opts.Mode != fakeapi.Guide {
		return fmt.Errorf("-mode is real or guide, not %q", *mode)
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	if *models < 0 || *private < 0 || *row < 0 {
		return errors.New("-models, -private and -row are numbers from 0")
	}
	if *models > 0 {
		opts.Public = fakeapi.Generate(*seed, *models, fakeapi.GenOptions{RowBytes: *row})
		opts.Private = fakeapi.Generate(*seed, *private, fakeapi.GenOptions{RowBytes: *row, Private: true})
	} else {
		opts.Public, opts.Private = fakeapi.Sample()
	}

	api := fakeapi.New(opts)
	defer api.Close()
	base, err := api.Start()
	if err != nil {
		return err
	}
	user := "key:secret"
	if opts.Key != "" || opts.Secret != "" {
		user = opts.Key + ":" + opts.Secret
	}
	fmt.Fprintf(stdout, "%s  try: curl --compressed -u %s '%[1]s/models/public'\n", base, user)
	<-ctx.Done()
	return nil
}
