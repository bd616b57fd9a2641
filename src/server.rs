//! Puts the parts together: HTTP, jobs, orderly shutdown.

mod quiet;

use std::{
    fmt::Display,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    pin::Pin,
    sync::Arc,
};

use actix_web::{
    App, HttpServer,
    middleware::{Condition, DefaultHeaders, from_fn},
    web::Data,
};
use tokio::{sync::watch, task::JoinSet};

use quiet::Connections;
pub use quiet::toucher;

use crate::{
    api::{self, bounds::Bounds, gates::Gates},
    app::AppState,
    archive::Archive,
    channels::{Caller, Targets},
    config::{Config, DatabaseUrl},
    error::{AppError, Result},
    jobs::{
        JobMetrics, Wake,
        clean_up::CleanUp,
        climb_ladder::ClimbLadder,
        close_trace::CloseTrace,
        deliver_calls::DeliverCalls,
        deliver_outbox::{DeliverOutbox, Letterhead},
        fill_likeness::FillLikeness,
        fill_search::FillSearch,
        follow_reforms::FollowReforms,
        keep_files::KeepFiles,
        keep_running,
        look_at_coverage::LookAtCoverage,
        office::Office,
        recount_limits::RecountLimits,
        send_canaries::SendCanaries,
        send_digests::SendDigests,
        sum_up_refusals::SumUpRefusals,
        watch_duties::WatchDuties,
    },
    mail::{
        compose::Sender, dkim::Signer, relays::Relays, return_address::ReturnAddresses,
        transport::Patience,
    },
    oidc::Providers,
    returns::{self, Receiver},
    service::{
        audit::{Anchor, AuditKeys, Trail},
        keys,
        passwords::Passwords,
        rules,
        tokens::Callers,
        webauthn::RelyingParty,
        world::Worlds,
    },
    storage::Storage,
    store::{
        conn::DbConn,
        migrate,
        pool::{Db, DbOptions, OpenError},
        seed,
    },
    telemetry::Metrics,
    time::Clock,
    web,
    wording::{Said, settings},
};

/// Time for requests in flight to finish after SIGTERM.
const SHUTDOWN_SECONDS: u64 = 10;

/// Everything that runs, before it does.
pub struct Service {
    /// What handlers reach.
    pub state: AppState,
    listener: TcpListener,
    relays: Arc<Relays>,
    sender: Sender,
    returned: Option<(TcpListener, Arc<ReturnAddresses>)>,
    config: Config,
    mailbox: Option<PathBuf>,
    bounds: Bounds,
}

impl Service {
    /// Opens the database (pending migrations first), loads the dated data and binds the address.
    pub fn prepare(config: Config) -> Result<Self> {
        let options = DbOptions::new(config.database_url.expose());
        Self::prepare_with(config, &options)
    }

    /// The same with chosen options of the database, for measurements.
    pub fn prepare_with(config: Config, options: &DbOptions) -> Result<Self> {
        let clock = Clock::with_offset(config.clock_offset);
        Self::open(config, options, clock)
    }

    /// The same by a clock that can be moved on, for the demo.
    pub fn prepare_movable(config: Config) -> Result<Self> {
        let options = DbOptions::new(config.database_url.expose());
        let clock = Clock::with_offset(config.clock_offset).movable();
        Self::open(config, &options, clock)
    }

    fn open(mut config: Config, options: &DbOptions, clock: Clock) -> Result<Self> {
        let listener = TcpListener::bind(config.listen).map_err(|why| {
            let said = settings::CANNOT_LISTEN.said();
            AppError::internal(said.with("address", config.listen).because(why))
        })?;
        config.listen = listener.local_addr().map_err(AppError::internal)?;
        let receiving = config.bounce_listen.map(|address| {
            TcpListener::bind(address).map_err(|why| {
                let said = settings::CANNOT_RECEIVE.said();
                AppError::internal(said.with("address", address).because(why))
            })
        });
        let receiving = receiving.transpose()?;
        let signer = config.dkim.as_ref().map(Signer::open).transpose();
        let signer = signer.map_err(AppError::internal)?;
        let about = cannot_open(&config.database_url);
        let cannot = |why: &dyn Display| AppError::internal(about.clone().because(why));
        config
            .database_url
            .create_folder()
            .map_err(|why| cannot(&why))?;
        let worlds = Worlds::new();
        let (keys, trail) = {
            let mut conn = DbConn::open(&options.url).map_err(|why| cannot(&why))?;
            bring_up_to_date(&mut conn)?;
            conn.read(|tx| worlds.now(tx))?;
            let keys = keys::open(&mut conn, &config.master_keys, clock.now())?;
            let trail = Trail::new(AuditKeys::of(&keys)?);
            (keys, Arc::new(trail))
        };
        let db = Db::open(options).map_err(|why| match why {
            OpenError::Unreachable(why) => cannot(&why),
            OpenError::NoThread(why) => AppError::internal(settings::NO_WRITER.said().because(why)),
        })?;
        let relays = Relays::open(&config.smtp_urls(), Patience::default())
            .map_err(|why| AppError::internal(why.said()))?;
        let base = config.bounce_address.clone();
        let returns = base.map(|base| Arc::new(ReturnAddresses::new(base, &keys)));
        let sender = Sender {
            returns: returns.clone(),
            signer: signer.map(Arc::new),
            ..Sender::new(config.mail_from.clone())
        };
        let storage = Storage::open(&config.files)
            .map_err(|why| AppError::internal(settings::FILES_START.said().because(why)))?;
        let (keys, worlds) = (Arc::new(keys), Arc::new(worlds));
        let archive = Archive::new(
            db.clone(),
            clock,
            Arc::clone(&worlds),
            Arc::clone(&keys),
            Arc::clone(&trail),
            storage,
            config.clamd.clone(),
            config.files_largest,
            config.operator_mail.clone(),
        );
        let providers = Providers::open(config.providers.clone(), &config.public_url())
            .map_err(|why| AppError::internal(settings::OIDC_START.said().because(why)))?;
        let state = AppState {
            db,
            clock,
            worlds,
            callers: Arc::new(Callers::default()),
            gates: Arc::new(Gates::new(config.rate_per_token)),
            proxies: Arc::new(config.proxies.clone()),
            trail,
            withheld: Arc::default(),
            wake: Wake::default(),
            metrics: Arc::new(Metrics::new()),
            operator_mail: config.operator_mail.clone(),
            passwords: Arc::new(Passwords::new(keys.derived("passwords"))),
            keys,
            archive,
            relying_party: RelyingParty::of(&config.public_url()).map(Arc::new),
            providers: Arc::new(providers),
            public_url: config.public_url().into(),
            open: Arc::default(),
        };
        Ok(Self {
            state,
            listener,
            relays: Arc::new(relays),
            sender,
            returned: receiving.zip(returns),
            config,
            mailbox: None,
            bounds: Bounds::default(),
        })
    }

    /// Shows the mails of `folder` under `/mailbox`.
    #[must_use]
    pub fn with_mailbox(mut self, folder: PathBuf) -> Self {
        self.mailbox = Some(folder);
        self
    }

    /// Waits for clients as long as `bounds` say, for measurements.
    #[must_use]
    pub fn with_bounds(mut self, bounds: Bounds) -> Self {
        self.bounds = bounds;
        self
    }

    /// Where it listens.
    pub fn public_url(&self) -> &str {
        &self.state.public_url
    }

    /// The address and port that it is bound to.
    pub fn address(&self) -> SocketAddr {
        self.config.listen
    }

    /// Serves until SIGTERM or SIGINT; then finishes requests in flight, jobs and database.
    pub async fn run(self) -> Result<()> {
        self.serve(None).await
    }

    /// The same until `stop` ends, whatever signals come.
    pub async fn run_until(self, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
        self.serve(Some(Box::pin(stop))).await
    }

    async fn serve(self, stop: Option<Pin<Box<dyn Future<Output = ()> + Send>>>) -> Result<()> {
        let Self {
            state,
            listener,
            relays,
            sender,
            returned,
            config,
            mailbox,
            bounds,
        } = self;
        let (stop_jobs, jobs) = start_jobs(&state, relays, sender, returned, &config).await?;
        let offset = config.clock_offset;
        let shared = Data::new(state.clone());
        let limits = Data::new(bounds);
        let connections = Connections::new();
        let watched = connections.clone();
        let server = HttpServer::new(move || {
            App::new()
                .app_data(shared.clone())
                .app_data(limits.clone())
                .configure(web::routes(mailbox.clone()))
                .configure(api::routes)
                .wrap(Condition::new(
                    offset != 0,
                    DefaultHeaders::new().add(("Tnld-Clock-Offset", offset.to_string())),
                ))
                .wrap(from_fn(api::head::as_get))
                .wrap(from_fn(api::admit::admit))
                .wrap(from_fn(api::refusals::note))
                .wrap(from_fn(web::failures::as_page))
                .wrap(from_fn(api::shield::shield))
                .wrap(from_fn(api::trace::trace))
                .wrap(from_fn(quiet::mark))
        })
        .worker_max_blocking_threads(32)
        .max_connections(bounds.connections)
        .client_request_timeout(bounds.head)
        .on_connect(move |stream, about| watched.opened(stream, about))
        .shutdown_timeout(SHUTDOWN_SECONDS);
        let server = match stop {
            Some(stop) => server.shutdown_signal(stop),
            None => server,
        };
        let server = server.listen(listener).map_err(AppError::internal)?.run();
        tracing::info!("Listening on {}", state.public_url);
        let watch = actix_web::rt::spawn(connections.shut_quiet(bounds.quiet));
        let served = server.await;
        watch.abort();
        tracing::info!("No longer listening; finishing what was begun");
        // Jobs end after the pass they are in; nobody is left to hear it where all have ended.
        let _ = stop_jobs.send(true);
        jobs.join_all().await;
        // The job has said what goes wrong.
        let _ = refusals(&state).sum_up().await;
        state.db.shutdown().await;
        served.map_err(AppError::internal)
    }
}

fn refusals(state: &AppState) -> SumUpRefusals {
    let withheld = Arc::clone(&state.withheld);
    SumUpRefusals::new(state.db.clone(), Arc::clone(&state.trail), withheld)
}

/// Starts what runs without being asked.
async fn start_jobs(
    state: &AppState,
    relays: Arc<Relays>,
    sender: Sender,
    returned: Option<(TcpListener, Arc<ReturnAddresses>)>,
    config: &Config,
) -> Result<(watch::Sender<bool>, JoinSet<()>)> {
    let (stop, stopped) = watch::channel(false);
    let letterhead = Letterhead {
        sender,
        public_url: state.public_url.to_string(),
        operator: config.operator_mail.clone(),
    };
    let deliver = DeliverOutbox::new(
        state.db.clone(),
        state.clock,
        Arc::clone(&state.keys),
        Arc::clone(&relays),
        letterhead.clone(),
        state.wake.clone(),
        stopped.clone(),
    );
    if config.database_url.sqlite_path().is_some() {
        // An SQLite file has one process: what its predecessor held can leave at once.
        deliver.take_over().await?;
    }
    let calls = DeliverCalls::new(
        state.db.clone(),
        state.clock,
        Arc::clone(&state.keys),
        letterhead,
        Caller::new(
            Targets::new(config.webhook_networks.clone()),
            config.sms_gateway.clone(),
        ),
        stopped.clone(),
        deliver.metrics().clone(),
    );
    let registry = state.metrics.registry();
    let figures = JobMetrics::default();
    deliver
        .metrics()
        .register(registry)
        .map_err(AppError::internal)?;
    relays.register(registry).map_err(AppError::internal)?;
    state
        .db
        .metrics()
        .register(registry)
        .map_err(AppError::internal)?;
    figures.register(registry).map_err(AppError::internal)?;

    let office = Office {
        db: state.db.clone(),
        clock: state.clock,
        worlds: Arc::clone(&state.worlds),
        keys: Arc::clone(&state.keys),
        trail: Arc::clone(&state.trail),
        wake: state.wake.clone(),
        operator_mail: state.operator_mail.clone(),
    };
    let mut jobs = JoinSet::new();
    if let Some((listener, addresses)) = returned {
        let receiver = Receiver {
            db: state.db.clone(),
            clock: state.clock,
            addresses,
            trail: Arc::clone(&state.trail),
            wake: state.wake.clone(),
            operator_mail: state.operator_mail.clone(),
            bounds: returns::Bounds::default(),
        };
        jobs.spawn(receiver.listen(listener, stopped.clone()));
    }
    jobs.spawn(keep_running(deliver, stopped.clone(), figures.clone()));
    jobs.spawn(keep_running(calls, stopped.clone(), figures.clone()));
    jobs.spawn(keep_running(
        CleanUp::new(state.db.clone(), state.clock, state.worlds.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    jobs.spawn(keep_running(
        FollowReforms::new(office.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    jobs.spawn(keep_running(
        FillLikeness::new(office.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    jobs.spawn(keep_running(
        RecountLimits::new(office.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    jobs.spawn(keep_running(
        FillSearch::new(office.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    state
        .archive
        .register(registry)
        .map_err(AppError::internal)?;
    jobs.spawn(keep_running(
        KeepFiles::new(state.archive.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    let digests = SendDigests::new(
        state.db.clone(),
        state.clock,
        Arc::clone(&state.worlds),
        state.operator_mail.clone(),
        state.wake.clone(),
    );
    digests
        .metrics()
        .register(registry)
        .map_err(AppError::internal)?;
    jobs.spawn(keep_running(digests, stopped.clone(), figures.clone()));
    jobs.spawn(keep_running(
        LookAtCoverage::new(office.clone()),
        stopped.clone(),
        figures.clone(),
    ));
    if config.canaries {
        jobs.spawn(keep_running(
            SendCanaries::new(office.clone()),
            stopped.clone(),
            figures.clone(),
        ));
    }
    let climb = ClimbLadder::new(office);
    climb
        .metrics()
        .register(registry)
        .map_err(AppError::internal)?;
    jobs.spawn(keep_running(climb, stopped.clone(), figures.clone()));
    jobs.spawn(keep_running(
        WatchDuties::new(
            state.db.clone(),
            state.clock,
            Arc::clone(&state.worlds),
            state.operator_mail.clone(),
            state.wake.clone(),
        ),
        stopped.clone(),
        figures.clone(),
    ));
    let close_trace = CloseTrace::new(
        state.db.clone(),
        state.clock,
        Arc::clone(&state.trail),
        Anchor::new(
            &config.master_keys.folder(),
            &state.trail.keys().signer.public_key(),
        ),
        config.audit_mail.clone(),
        state.wake.clone(),
    );
    jobs.spawn(keep_running(close_trace, stopped.clone(), figures.clone()));
    jobs.spawn(keep_running(refusals(state), stopped, figures));
    Ok((stop, jobs))
}

/// That the database of the settings cannot be opened.
pub fn cannot_open(database: &DatabaseUrl) -> Said {
    settings::CANNOT_OPEN.said().with("url", database)
}

/// Applies pending migrations, and fills units and rules on the first start.
pub fn bring_up_to_date(conn: &mut DbConn) -> Result<()> {
    migrate::run(conn)?;
    conn.write(|tx| {
        seed::places(tx)?;
        rules::seed(tx)
    })
}
