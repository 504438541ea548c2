package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// maxPayload is the largest message in bytes. JetStream's file format takes
// records of up to 32 MB with their headers.
const maxPayload = 32<<20 - 64<<10

// embedded is a NATS server inside this process. It listens nowhere: its only
// client is this package, over a pipe. After a write that failed it is started
// again, see reopen.
type embedded struct {
	dir    string
	bucket string
	stream string // of the bucket
	log    *slog.Logger
	lock   *os.File // nil in memory
	temp   string   // directory to remove at the end
	// hadDocuments says that the directory held documents before the start.
	hadDocuments bool
	current      atomic.Pointer[run] // nil while there is none

	turn     chan struct{} // held by the one who starts or stops the server
	stopped  bool          // for good
	reopened time.Time     // zero before the first time
	lasting  error         // why it must not be opened again
}

// run is the server from a start to its end.
type run struct {
	server *server.Server
	// failed is done once the server could not write a file: from then on it
	// answers no write. Its cause is the error.
	failed context.Context
	fail   context.CancelCauseFunc
	wrote  atomic.Bool // at least one document
}

// startEmbedded takes the directory for this process, looks for damage and
// starts the server on it.
func startEmbedded(o Options) (*embedded, error) {
	e := &embedded{bucket: o.Bucket, stream: "KV_" + o.Bucket, log: o.Logger, turn: make(chan struct{}, 1)}
	dir := o.Dir
	var err error
	if dir == "" {
		// The server wants a directory even if its only bucket is in memory.
		if err := os.MkdirAll(os.TempDir(), 0o700); err != nil {
			return nil, fmt.Errorf("temporary directory: %w", err)
		}
		if dir, err = os.MkdirTemp("", "postern-"); err != nil {
			return nil, fmt.Errorf("temporary directory: %w", err)
		}
		e.temp = dir
	} else {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("data directory %s cannot be made: %w", dir, cause(err))
		}
		if e.lock, err = lockDirectory(dir); err != nil {
			return nil, err
		}
		_ = os.Remove(filepath.Join(dir, probeName)) // left behind by a crash
		if e.hadDocuments, err = verify(dir, e.stream); err != nil {
			e.stop()
			return nil, err
		}
	}
	e.dir = dir
	r, err := e.start()
	if err != nil {
		e.stop()
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	e.current.Store(r)
	return e, nil
}

// start starts a server on the directory.
func (e *embedded) start() (*run, error) {
	r := &run{}
	r.failed, r.fail = context.WithCancelCause(context.Background())
	l := &serverLog{log: e.log, failed: r.fail}
	srv, err := server.NewServer(&server.Options{
		ServerName:             "postern",
		DontListen:             true,
		NoSigs:                 true,
		JetStream:              true,
		DisableJetStreamBanner: true,
		StoreDir:               e.dir,
		// An acknowledged write is on disk: by default JetStream acknowledges
		// first and syncs every two minutes.
		SyncAlways: true,
		// Explicit limits, for else the server asks the file system for its
		// free space and reserves a share of it.
		JetStreamMaxMemory: 1 << 40,
		JetStreamMaxStore:  1 << 50,
		MaxPayload:         maxPayload,
		MaxPending:         8 * maxPayload,
	})
	if err != nil {
		return nil, err
	}
	srv.SetLoggerV2(l, true, false, false)
	r.server = srv
	srv.Start() // returns when all is started, as there is no listener
	if fatal := l.fatal.Load(); fatal != nil {
		r.stop()
		return nil, errors.New(*fatal)
	}
	if !srv.ReadyForConnections(10 * time.Second) {
		r.stop()
		return nil, errors.New("the embedded NATS server did not start")
	}
	return r, nil
}

func (r *run) stop() {
	r.server.Shutdown()
	r.server.WaitForShutdown()
}

// InProcessConn returns a pipe to the server that runs now.
func (e *embedded) InProcessConn() (net.Conn, error) {
	r := e.current.Load()
	if r == nil {
		return nil, errors.New("the embedded NATS server does not run")
	}
	return r.server.InProcessConn()
}

// connect returns a connection that finds the server also after it was started
// again.
func (e *embedded) connect() (*nats.Conn, error) {
	// It is lost when the server is stopped only, of which there is nothing to tell.
	conn, err := nats.Connect("", append(connOptions(e.log), nats.InProcessServer(e), nats.DisconnectErrHandler(nil))...)
	if err != nil {
		return nil, fmt.Errorf("connect to the embedded NATS server: %w", err)
	}
	return conn, nil
}

func (e *embedded) stop() {
	e.turn <- struct{}{}
	defer func() { <-e.turn }()
	e.stopped = true
	if r := e.current.Swap(nil); r != nil {
		r.stop()
	}
	if e.lock != nil {
		e.lock.Close() // and with it the lock
	}
	if e.temp != "" {
		_ = os.RemoveAll(e.temp) // what stays is the system's to clean
	}
}

// lockName is the file in the data directory that the owning process locks. It
// holds the process id and stays when the process is gone.
const lockName = "postern.lock"

var errLocked = errors.New("locked")

// lockDirectory makes dir this process's own until the returned file is
// closed or the process dies.
func lockDirectory(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data directory %s is not writable: %w", dir, cause(err))
	}
	if err := lockFile(f); err != nil {
		defer f.Close()
		if !errors.Is(err, errLocked) {
			return nil, fmt.Errorf("data directory %s cannot be locked: %w", dir, err)
		}
		pid := make([]byte, 20)
		n, _ := f.ReadAt(pid, 0)
		if n == 0 {
			return nil, fmt.Errorf("data directory %s is in use by another postern", dir)
		}
		return nil, fmt.Errorf("data directory %s is in use by another postern (pid %s)", dir, pid[:n])
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = fmt.Fprint(f, os.Getpid())
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("data directory %s is not writable: %w", dir, cause(err))
	}
	return f, nil
}

// cause returns the system's reason alone, without call and path.
func cause(err error) error {
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno
	}
	return err
}
