//! A server that listens: the two listeners, the jobs and the messages, started and stopped together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::app::{App, follow};
use crate::http::admin::{Operators, admin_router};
use crate::http::public_router;
use crate::{jobs, listener, webhooks};

/// How long stopping waits for requests and calls in flight. What isn't done by then is in the table of
/// jobs, and is taken up by the next run, or by another server.
const STOP_WITHIN: Duration = Duration::from_millis(1_500);

/// How long handing back what isn't done may take; what isn't handed back is free when its lease is over.
const HAND_BACK_WITHIN: Duration = Duration::from_millis(400);

/// A server that listens.
pub struct Server {
    /// What it serves.
    pub app: Arc<App>,
    /// Where clients and wallets reach it.
    pub public: SocketAddr,
    /// Where operators reach it.
    pub admin: SocketAddr,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Serves on these listeners; works on jobs if told so.
    ///
    /// # Errors
    /// The listeners have no address.
    pub fn start(
        app: Arc<App>,
        public: TcpListener,
        admin: TcpListener,
        operators: Operators,
        with_jobs: bool,
    ) -> std::io::Result<Self> {
        let (public_address, admin_address) = (public.local_addr()?, admin.local_addr()?);
        let mut tasks = vec![
            listen(&app, public, public_router(Arc::clone(&app))),
            listen(&app, admin, admin_router(Arc::clone(&app), operators)),
        ];
        if app.store.is_shared() {
            tasks.push(tokio::spawn(follow(Arc::clone(&app))));
        }
        if with_jobs {
            tasks.push(tokio::spawn(jobs::serve(Arc::clone(&app))));
            tasks.push(tokio::spawn(webhooks::serve(Arc::clone(&app))));
        }
        Ok(Self { app, public: public_address, admin: admin_address, tasks })
    }

    /// Stops: answers open long polls, finishes what is in flight, and returns within two seconds.
    pub async fn stop(self) {
        self.app.stopping.cancel();
        self.app.tasks.close();
        let app = Arc::clone(&self.app);
        let done = async {
            for task in self.tasks {
                // A task that panicked has said so already.
                let _ = task.await;
            }
            self.app.tasks.wait().await;
        };
        tokio::select! {
            () = done => {}
            () = app.clock.sleep(STOP_WITHIN) => {
                tracing::warn!("stopping with calls in flight; others take them up");
            }
        }
        hand_back(&app).await;
    }
}

/// Lets others take up the jobs that aren't done.
async fn hand_back(app: &App) {
    let claims = app.claims.held();
    if claims.is_empty() {
        return;
    }
    tokio::select! {
        done = app.store.hand_back(&claims, app.now()) => {
            if let Err(error) = done {
                tracing::warn!(%error, "jobs can't be handed back; they are free when their leases are over");
            }
        }
        () = app.clock.sleep(HAND_BACK_WITHIN) => {}
    }
}

fn listen(app: &Arc<App>, listener: TcpListener, router: axum::Router) -> JoinHandle<()> {
    let (stopping, clock) = (app.stopping.clone(), Arc::clone(&app.clock));
    tokio::spawn(listener::serve(listener, router, listener::HEAD_TIMEOUT, stopping, clock))
}
