//! The loop: keys, signals, answers and news in; `update`; effects out; a frame where something changed.
//!
//! Draws nothing while nothing happens.

use super::clipboard;
use super::frames::Frames;
use super::signals::{self, Request, Signals};
use super::terminal::Screen;
use super::workers::Workers;
use crate::config::Config;
use crate::domain::Timestamp;
use crate::store::Store;
use crate::ui::{Effect, Msg, State, update, view};
use crossterm::event::{Event, EventStream, MouseEventKind};
use futures::StreamExt;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedReceiver;

/// The mark of progress moves this often while an answer is under way.
const TICK: Duration = Duration::from_millis(250);
/// News taken in before a frame is drawn in between.
const BATCH: usize = 256;
const WHEEL_LINES: i32 = 3;

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Quit,
    Signal,
}

/// What the loop waits for.
enum Woken {
    Input(Option<std::io::Result<Event>>),
    System(Request),
    News(Option<Box<Msg>>),
    Tick,
    Frame,
}

/// Runs the interface to its end. The first frame is drawn before anything else is started.
///
/// # Errors
/// Where the terminal cannot be drawn on or listened to any more.
pub async fn run(
    mut state: State,
    mut screen: Screen,
    config: &Config,
    no_model: bool,
    store: Store,
) -> anyhow::Result<End> {
    screen.draw(|frame| view(&state, frame))?;
    let (out, mut inbox) = tokio::sync::mpsc::unbounded_channel();
    let mut workers = Workers::start(config, no_model, store, out)?;
    let mut app = App { frames: Frames::default(), screen: &mut screen, state: &mut state, workers: &mut workers };
    let ended = app.turn(&mut inbox).await;
    // The terminal first: whoever quits wants the shell back, not to watch threads end.
    drop(screen);
    workers.end();
    ended
}

struct App<'a> {
    frames: Frames,
    screen: &'a mut Screen,
    state: &'a mut State,
    workers: &'a mut Workers,
}

impl App<'_> {
    async fn turn(&mut self, inbox: &mut UnboundedReceiver<Msg>) -> anyhow::Result<End> {
        let mut input = EventStream::new();
        let mut signals = Signals::listen()?;
        loop {
            if self.frames.due().is_some_and(|due| due <= Instant::now()) {
                let state = &*self.state;
                self.screen.draw(|frame| view(state, frame))?;
                self.frames.drawn(Instant::now());
            }
            let due = self.frames.due();
            let woken = tokio::select! {
                biased;
                request = signals.next() => Woken::System(request),
                event = input.next() => Woken::Input(event),
                () = until(due), if due.is_some() => Woken::Frame,
                news = inbox.recv() => Woken::News(news.map(Box::new)),
                () = tokio::time::sleep(TICK), if self.state.asking().is_some() => Woken::Tick,
            };
            let ended = match woken {
                Woken::Frame => None,
                Woken::Tick => self.take(Msg::Tick(Timestamp::now()))?,
                Woken::System(Request::End) => Some(End::Signal),
                Woken::System(Request::Stop) => self.suspend()?,
                Woken::System(Request::GoOn) => self.come_back()?,
                Woken::News(news) => self.news(news.map(|news| *news), inbox)?,
                Woken::Input(Some(event)) => self.input(event?)?,
                // The terminal is gone.
                Woken::Input(None) => Some(End::Signal),
            };
            if let Some(end) = ended {
                return Ok(end);
            }
        }
    }

    fn news(&mut self, first: Option<Msg>, inbox: &mut UnboundedReceiver<Msg>) -> anyhow::Result<Option<End>> {
        let mut next = first;
        for _ in 0..BATCH {
            let Some(msg) = next else { break };
            if let Some(end) = self.take(msg)? {
                return Ok(Some(end));
            }
            next = inbox.try_recv().ok();
        }
        match next {
            Some(left) => self.take(left),
            None => Ok(None),
        }
    }

    fn input(&mut self, event: Event) -> anyhow::Result<Option<End>> {
        let msg = match event {
            Event::Key(key) => {
                update(self.state, Msg::Tick(Timestamp::now()));
                Msg::Key(key)
            }
            Event::Paste(text) => Msg::Paste(text),
            Event::Resize(columns, rows) => Msg::Resize { columns, rows },
            Event::Mouse(mouse) => match mouse.kind {
                MouseEventKind::ScrollDown => Msg::Wheel { lines: WHEEL_LINES, column: mouse.column },
                MouseEventKind::ScrollUp => Msg::Wheel { lines: -WHEEL_LINES, column: mouse.column },
                _ => return Ok(None),
            },
            Event::FocusGained | Event::FocusLost => return Ok(None),
        };
        self.take(msg)
    }

    /// Takes a message in and carries its effects out.
    fn take(&mut self, msg: Msg) -> anyhow::Result<Option<End>> {
        self.workers.hear(&msg);
        let effects = update(self.state, msg);
        self.frames.request(Instant::now());
        for effect in effects {
            match effect {
                Effect::Quit => return Ok(Some(End::Quit)),
                Effect::Copy(text) => clipboard::copy(self.screen.out(), &text)?,
                Effect::Repaint => self.screen.forget()?,
                Effect::Suspend => {
                    self.suspend()?;
                }
                other => self.workers.carry_out(other),
            }
        }
        Ok(None)
    }

    fn suspend(&mut self) -> anyhow::Result<Option<End>> {
        self.screen.leave();
        signals::stop_here();
        self.come_back()
    }

    /// The terminal may have another size and other contents by now.
    fn come_back(&mut self) -> anyhow::Result<Option<End>> {
        self.screen.come_back()?;
        let size = self.screen.size()?;
        self.take(Msg::Resize { columns: size.width, rows: size.height })
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}
