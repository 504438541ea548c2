package store

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// maxPayload is the largest message in bytes. JetStream's file format takes
// records of up to 32 MB with their headers.
const maxPayload = 32<<20 - 64<<10

// embedded is a NATS server inside this process. It listens nowhere: its only
// client is this package, over a pipe.
type embedded struct {
	server *server.Server
	lock   *os.File // nil in memory
	temp   string   // directory to remove at the end
	// hadDocuments says that the directory held documents before the start.
	hadDocuments bool
}

// startEmbedded takes the directory for this process, looks for damage and
// starts the server on it.
func startEmbedded(o Options) (*embedded, error) {
	e := &embedded{}
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
		if e.hadDocuments, err = verify(dir, "KV_"+o.Bucket); err != nil {
			e.stop()
			return nil, err
		}
	}
	if err := e.start(dir, o.Logger); err != nil {
		e.stop()
		return nil, fmt.Errorf("data directory %s: %w", dir, err)
	}
	return e, nil
}

func (e *embedded) start(dir string, log *slog.Logger) error {
	l := &serverLog{log: log}
	srv, err := server.NewServer(&server.Options{
		ServerName:             "postern",
		DontListen:             true,
		NoSigs:                 true,
		JetStream:              true,
		DisableJetStreamBanner: true,
		StoreDir:               dir,
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
		return err
	}
	srv.SetLoggerV2(l, true, false, false)
	e.server = srv
	srv.Start() // returns when all is started, as there is no listener
	if fatal := l.fatal.Load(); fatal != nil {
		return errors.New(*fatal)
	}
	if !srv.ReadyForConnections(10 * time.Second) {
		return errors.New("the embedded NATS server did not start")
	}
	return nil
}

// connect returns a connection to the server that stays for its life.
func (e *embedded) connect(log *slog.Logger) (*nats.Conn, error) {
	conn, err := nats.Connect("", append(connOptions(log), nats.InProcessServer(e.server))...)
	if err != nil {
		return nil, fmt.Errorf("connect to the embedded NATS server: %w", err)
	}
	return conn, nil
}

func (e *embedded) stop() {
	if e.server != nil {
		e.server.Shutdown()
		e.server.WaitForShutdown()
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
