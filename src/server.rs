//! Puts the parts together: HTTP, jobs, orderly shutdown.

use std::{net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    middleware::{Condition, DefaultHeaders, from_fn},
    web::Data,
};

use crate::{
    api,
    app::AppState,
    config::Config,
    error::{AppError, Result},
    jobs::{self, Wake},
    mail::transport::Mailer,
    service::{tokens::LastUses, world::Worlds},
    store::{
        migrate,
        pool::{Db, DbOptions},
        seed,
    },
    telemetry::Metrics,
    time::Clock,
    web,
};

/// Time for requests in flight to finish after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 10;
/// Time for a client to send its request's head.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that runs, before it does.
pub struct Service {
    /// What handlers reach.
    pub state: AppState,
    listener: TcpListener,
    mailer: Mailer,
    config: Config,
    /// Shown by the demo: the folder whose mails the built-in mailbox lists.
    mailbox: Option<std::path::PathBuf>,
}

impl Service {
    /// Opens the database (pending migrations first), loads the dated data and binds the address.
    pub fn prepare(mut config: Config) -> Result<Self> {
        let listener = TcpListener::bind(config.listen).map_err(|error| {
            AppError::internal(format!("TNLD_LISTEN: cannot listen on {}: {error}", config.listen))
        })?;
        config.listen = listener.local_addr().map_err(AppError::internal)?;
        let db = open_database(&config, DbOptions::new(config.database_url.expose()))?;
        let worlds = Arc::new(Worlds::new());
        db.with_connection(|conn| worlds.now(conn).map(drop).map_err(AppError::from))?;

        let metrics = Arc::new(Metrics::new());
        let mailer = Mailer::new(&config.smtp_url).map_err(AppError::internal)?;
        let state = AppState {
            db,
            clock: Clock::with_offset(config.clock_offset),
            worlds,
            last_uses: Arc::new(LastUses::default()),
            wake: Wake::default(),
            metrics,
            operator_mail: config.operator_mail.clone(),
            public_url: config.public_url().into(),
        };
        Ok(Self { state, listener, mailer, config, mailbox: None })
    }

    /// Shows the mails of `folder` under `/mailbox`.
    pub fn with_mailbox(mut self, folder: std::path::PathBuf) -> Self {
        self.mailbox = Some(folder);
        self
    }

    /// Where it listens.
    pub fn public_url(&self) -> &str {
        &self.state.public_url
    }

    /// Serves until SIGTERM or SIGINT; then finishes requests in flight, jobs and database.
    pub async fn run(self) -> Result<()> {
        let Self { state, listener, mailer, config, mailbox } = self;
        let jobs = jobs::start(&state, mailer, &config);
        let offset = config.clock_offset;
        let shared = Data::new(state.clone());
        let address = config.listen;
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .configure(web::routes(mailbox.clone()))
                .configure(api::routes)
                .wrap(Condition::new(
                    offset != 0,
                    DefaultHeaders::new().add(("Tnld-Clock-Offset", offset.to_string())),
                ))
                .wrap(from_fn(api::trace::trace))
        })
        .worker_max_blocking_threads(32)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .listen(listener)
        .map_err(AppError::internal)?
        .run();
        tracing::info!("Listening on http://{address}");
        let served = server.await;
        tracing::info!("No longer listening; finishing what was begun");
        jobs.stop().await;
        state.db.shutdown();
        served.map_err(AppError::internal)
    }
}

/// Applies pending migrations, and fills units and rules on the first start.
pub fn bring_up_to_date(conn: &mut DbConn) -> Result<()> {
    migrate::run(conn)?;
    conn.write(|tx| {
        seed::places(tx)?;
        rules::seed(tx)
    })
}
