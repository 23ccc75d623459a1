//! A PostgreSQL server for tests: a new one, on a free port of this machine, gone when it isn't needed any more.
//!
//! In: the programs that [`setup`] finds. Out: an address that only who started it knows the password of.
//! The server refuses to run as root, so root runs it as the user `postgres` or `nobody`.

use std::{
    fs,
    io::Read as _,
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::{
    setup,
    shell::{Failure, note, run, stdout_of},
};

const START_TIMEOUT: Duration = Duration::from_secs(60);
const PROBE_INTERVAL: Duration = Duration::from_millis(50);

/// A running server. Stopped and deleted when it is dropped.
pub struct Postgres {
    server: Child,
    folder: PathBuf,
    /// `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, of its superuser.
    pub url: String,
}

/// Who runs the server, where it isn't whoever runs this.
struct User {
    uid: u32,
    gid: u32,
}

impl Postgres {
    /// Makes a server in a temporary folder, in memory where there is such a place, and returns when it answers.
    pub fn start() -> Result<Self, Failure> {
        Self::start_in(&temp_dir())
    }

    /// The same on a disk, where durable means what it costs.
    pub fn start_on_disk() -> Result<Self, Failure> {
        Self::start_in(&std::env::temp_dir())
    }

    fn start_in(place: &Path) -> Result<Self, Failure> {
        let programs = setup::ensure_postgres()?;
        let user = unprivileged_user()?;
        let folder = place.join(format!("wallet-checkout-postgres-{}", std::process::id()));
        let password = password()?;
        let port = free_port()?;
        note(&format!("starting PostgreSQL on port {port}"));
        let made = make(&programs, &folder, user.as_ref(), &password);
        let started = made.and_then(|()| spawn(&programs, &folder, user.as_ref(), port));
        let server = started.inspect_err(|_| delete(&folder))?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        let mut postgres = Self { server, folder, url };
        postgres.wait_until_it_answers(&programs, port)?;
        Ok(postgres)
    }

    fn wait_until_it_answers(&mut self, programs: &Path, port: u16) -> Result<(), Failure> {
        let deadline = Instant::now() + START_TIMEOUT;
        let mut probe = Command::new(programs.join("pg_isready"));
        probe.args(["--quiet", "--host", "127.0.0.1", "--port", &port.to_string()]);
        while stdout_of(&mut probe).is_err() {
            let has_ended = !matches!(self.server.try_wait(), Ok(None));
            if has_ended || Instant::now() > deadline {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                return Err(Failure::check(format!("PostgreSQL didn't start; it says:\n{log}")));
            }
            sleep(PROBE_INTERVAL);
        }
        Ok(())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pid = i32::try_from(self.server.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(pid) = pid {
            // Fast shutdown: whoever is connected is sent away. It may have ended already.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::INT);
        }
        let _ = self.server.wait();
        delete(&self.folder);
    }
}

/// Starts a server, prints its address, and stops it on Ctrl-C.
pub fn serve() -> Result<(), Failure> {
    let postgres = Postgres::start()?;
    note("for `cargo test`, in another terminal; Ctrl-C ends it:");
    println!("export TEST_DATABASE_URL={}", postgres.url);
    crate::process::wait_for_stop()
}

fn make(programs: &Path, folder: &Path, user: Option<&User>, password: &str) -> Result<(), Failure> {
    fs::create_dir(folder).map_err(|source| Failure::io("create", folder, source))?;
    let password_file = folder.join("password");
    fs::write(&password_file, password).map_err(|source| Failure::io("write", &password_file, source))?;
    for path in [&password_file, folder] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(if path == folder { 0o700 } else { 0o600 });
        fs::set_permissions(path, mode).map_err(|source| Failure::io("protect", path, source))?;
        if let Some(User { uid, gid }) = user {
            std::os::unix::fs::chown(path, Some(*uid), Some(*gid))
                .map_err(|source| Failure::io("give away", path, source))?;
        }
    }
    let mut initdb = command(&programs.join("initdb"), folder, user);
    initdb.args([
        "--username=postgres",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]);
    initdb.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(folder.join("data"));
    run(initdb.stdout(Stdio::null()))
}

fn spawn(programs: &Path, folder: &Path, user: Option<&User>, port: u16) -> Result<Child, Failure> {
    let log = folder.join("log");
    let file = |path: &Path| fs::File::create(path).map_err(|source| Failure::io("write", path, source));
    let (out, errors) = (file(&log)?, file(&log)?);
    let mut postgres = command(&programs.join("postgres"), folder, user);
    postgres.arg("-D").arg(folder.join("data")).args(["-p", &port.to_string()]);
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=300",
        "shared_buffers=64MB",
    ] {
        postgres.args(["-c", setting]);
    }
    postgres.stdin(Stdio::null()).stdout(out).stderr(errors);
    postgres.spawn().map_err(|source| Failure::check(format!("can't start PostgreSQL: {source}")))
}

fn command(program: &Path, folder: &Path, user: Option<&User>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some(User { uid, gid }) = user {
        command.uid(*uid).gid(*gid);
    }
    command
}

/// Linux's folder in memory where there is room: the server syncs each commit, as it must, and the tests make and
/// drop a database each; there that costs nothing.
fn temp_dir() -> PathBuf {
    let in_memory = Path::new("/dev/shm");
    let free = stdout_of(Command::new("df").args(["-Pk"]).arg(in_memory)).ok().and_then(|text| {
        let kilobytes = text.lines().nth(1)?.split_whitespace().nth(3)?;
        kilobytes.parse::<u64>().ok()
    });
    if free.is_some_and(|kilobytes| kilobytes > 2 << 20) {
        in_memory.to_owned()
    } else {
        std::env::temp_dir()
    }
}

/// Nobody, unless this is root.
fn unprivileged_user() -> Result<Option<User>, Failure> {
    if !setup::is_root()? {
        return Ok(None);
    }
    let id = |option: &str, name: &str| {
        let text = stdout_of(Command::new("id").args([option, name])).ok()?;
        text.trim().parse().ok()
    };
    let user = |name: &str| Some(User { uid: id("-u", name)?, gid: id("-g", name)? });
    let found = user("postgres").or_else(|| user("nobody"));
    found.map(Some).ok_or_else(|| {
        Failure::missing("PostgreSQL doesn't run as root, and there is no user `postgres` or `nobody`")
    })
}

fn password() -> Result<String, Failure> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 16];
    fs::File::open(source)
        .and_then(|mut file| file.read_exact(&mut bytes))
        .map_err(|error| Failure::io("read", source, error))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn free_port() -> Result<u16, Failure> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    port.map(|address| address.port())
        .map_err(|source| Failure::check(format!("there is no free port: {source}")))
}

fn delete(folder: &Path) {
    if let Err(error) = fs::remove_dir_all(folder) {
        note(&format!("{} can't be deleted: {error}", folder.display()));
    }
}
