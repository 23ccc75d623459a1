//! Processes that run side by side until Ctrl-C.
//!
//! In: services in the order of their start, each with the port on which `GET /healthz` must answer.
//! Out: all of them stopped within three seconds, whatever ended the run.

use std::{os::unix::process::CommandExt, process::Command, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::Child,
    signal::unix::{SignalKind, signal},
    time::{Instant, sleep, timeout},
};

use crate::shell::{self, Failure, note};

/// From Ctrl-C to the last process gone; what hasn't ended half a second before is killed.
const STOP_TIMEOUT: Duration = Duration::from_millis(2500);
const PROBE_INTERVAL: Duration = Duration::from_millis(50);

/// One process of the run.
pub struct Service {
    name: &'static str,
    command: Command,
    port: u16,
    before: Option<Command>,
}

impl Service {
    /// A service answers `GET /healthz` on its port when it is ready.
    pub fn new(name: &'static str, command: Command, port: u16) -> Self {
        Self { name, command, port, before: None }
    }

    /// A command to run to its end before this service starts.
    pub fn after(self, before: Command) -> Self {
        Self { before: Some(before), ..self }
    }
}

/// Starts the services one after the other, calls `ready` when all answer, and stops all of them on
/// Ctrl-C, on SIGTERM, or as soon as one ends by itself (which is a failure).
pub fn run_until_stopped(
    services: Vec<Service>,
    start_timeout: Duration,
    ready: impl FnOnce(),
) -> Result<(), Failure> {
    runtime()?.block_on(async {
        let mut running = Vec::new();
        let ended = tokio::select! {
            ended = start_and_watch(services, &mut running, start_timeout, ready) => ended,
            stopped = stop_signal() => stopped,
        };
        stop_all(running).await;
        ended
    })
}

/// Returns on Ctrl-C or SIGTERM.
pub fn wait_for_stop() -> Result<(), Failure> {
    runtime()?.block_on(stop_signal())
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|source| Failure::check(format!("can't start the runtime: {source}")))
}

struct Running {
    name: &'static str,
    child: Child,
}

async fn start_and_watch(
    services: Vec<Service>,
    running: &mut Vec<Running>,
    start_timeout: Duration,
    ready: impl FnOnce(),
) -> Result<(), Failure> {
    for mut service in services {
        if let Some(before) = &mut service.before {
            shell::run(before)?;
        }
        note(&format!("starting the {} on port {}", service.name, service.port));
        running.push(spawn(&mut service)?);
        wait_until_it_answers(running, service.port, start_timeout).await?;
    }
    ready();
    loop {
        sleep(PROBE_INTERVAL * 4).await;
        fail_if_one_ended(running)?;
    }
}

/// In a process group of its own, so that the terminal's Ctrl-C reaches only this process, which then
/// stops the others in order.
fn spawn(service: &mut Service) -> Result<Running, Failure> {
    service.command.process_group(0);
    let command = std::mem::replace(&mut service.command, Command::new("true"));
    let child = tokio::process::Command::from(command)
        .kill_on_drop(true)
        .spawn()
        .map_err(|source| Failure::check(format!("can't start the {}: {source}", service.name)))?;
    Ok(Running { name: service.name, child })
}

async fn wait_until_it_answers(running: &mut [Running], port: u16, limit: Duration) -> Result<(), Failure> {
    let deadline = Instant::now() + limit;
    while !answers(port).await {
        fail_if_one_ended(running)?;
        if Instant::now() > deadline {
            return Err(Failure::check(format!(
                "nothing answered on port {port} within {} s",
                limit.as_secs()
            )));
        }
        sleep(PROBE_INTERVAL).await;
    }
    Ok(())
}

fn fail_if_one_ended(running: &mut [Running]) -> Result<(), Failure> {
    for service in running {
        if let Ok(Some(status)) = service.child.try_wait() {
            return Err(Failure::check(format!(
                "the {} ended by itself ({status}); it said why above",
                service.name
            )));
        }
    }
    Ok(())
}

/// One `GET /healthz`; anything but a 200 is a no.
async fn answers(port: u16) -> bool {
    let probe = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let request = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut head = [0; 12];
        stream.read_exact(&mut head).await?;
        Ok::<_, std::io::Error>(head.ends_with(b" 200"))
    };
    matches!(timeout(Duration::from_secs(1), probe).await, Ok(Ok(true)))
}

async fn stop_signal() -> Result<(), Failure> {
    let listen =
        |kind| signal(kind).map_err(|source| Failure::check(format!("can't listen for Ctrl-C: {source}")));
    let (mut interrupt, mut terminate) = (listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
    note("stopping");
    Ok(())
}

async fn stop_all(mut running: Vec<Running>) {
    for service in &running {
        terminate(&service.child);
    }
    let all_ended = async {
        for service in &mut running {
            // Gone either way: a child that can't be waited for has already been reaped.
            let _ = service.child.wait().await;
        }
    };
    if timeout(STOP_TIMEOUT, all_ended).await.is_err() {
        for service in &mut running {
            if let Ok(None) = service.child.try_wait() {
                note(&format!("the {} didn't stop in time and is killed", service.name));
            }
            let _ = service.child.kill().await;
        }
    }
}

fn terminate(child: &Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        // It may have ended in this very moment; then there is nothing to stop.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}
