//! The prepared statements of a connection: a limited number, the last used ones.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use futures_util::future::join_all;

use super::channel::{AtRisk, Channel, Problem};
use super::prepared::Prepared;
use super::value::{Bound, Shape, wide_enough};
use crate::error::{Error, Result};
use crate::sql::postgres::{LONGEST_NAME, long_name};

/// Prepared statements by their SQL.
pub(super) struct Statements {
    kept: HashMap<Box<str>, Kept, RandomState>,
    most: usize,
    clock: u64,
}

struct Kept {
    prepared: Arc<Prepared>,
    /// The same SQL with wider parameters.
    wide: Option<Arc<Prepared>>,
    used: u64,
}

impl Statements {
    /// Keeps at most `most` statements.
    pub(super) fn new(most: usize) -> Self {
        Statements { kept: HashMap::default(), most, clock: 0 }
    }

    /// The prepared statement of a text.
    pub(super) async fn prepared(&mut self, text: &str, channel: &mut Channel) -> Result<Arc<Prepared>> {
        if let Some(prepared) = self.get(text) {
            return Ok(prepared);
        }
        check_names(text)?;
        let prepared = channel.run(|client| async move { Ok(Prepared::new(client.prepare(text).await?, text)) }).await;
        let prepared = channel.answered(prepared, AtRisk::Nothing, text)?;
        let prepared = with_text(text, prepared, channel).await?;
        self.keep(text, &prepared);
        Ok(prepared)
    }

    /// Prepares the statements of some texts, in one round trip for all that are not known yet.
    pub(super) async fn prepare_all(&mut self, texts: &[&str], channel: &mut Channel) -> Result<Vec<Arc<Prepared>>> {
        let mut found: Vec<_> = texts.iter().map(|text| self.get(text)).collect();
        let missing = found.iter().zip(texts).filter(|(found, _)| found.is_none()).map(|(_, text)| *text);
        let texts: Vec<&str> = missing.collect();
        texts.iter().try_for_each(|text| check_names(text))?;
        if !texts.is_empty() {
            let texts = &texts;
            let prepared = channel
                .run_all(texts.len(), |client| async move {
                    Ok(join_all(texts.iter().map(|text| client.prepare(text))).await)
                })
                .await;
            let mut prepared = channel.answered(prepared, AtRisk::Nothing, "")?.into_iter().zip(texts);
            for slot in found.iter_mut().filter(|slot| slot.is_none()) {
                let Some((prepared, text)) = prepared.next() else { break };
                let raw = channel.answered(prepared.map_err(Problem::Library), AtRisk::Nothing, text);
                let prepared = Prepared::new(raw.map_err(|error| error.with_statement(text))?, text);
                let prepared = with_text(text, prepared, channel).await.map_err(|error| error.with_statement(text))?;
                self.keep(text, &prepared);
                *slot = Some(prepared);
            }
        }
        Ok(found.into_iter().flatten().collect())
    }

    /// The same statement with parameters that can be compared with values which the columns cannot hold, if such
    /// values are bound: a number out of the range of a column's type is compared as the next wider type.
    pub(super) async fn widened(
        &mut self,
        text: &str,
        prepared: Arc<Prepared>,
        bound: &[Bound<'_>],
        channel: &mut Channel,
    ) -> Result<Arc<Prepared>> {
        let types = if prepared.is_narrow { wide_enough(prepared.raw.params(), bound) } else { None };
        let Some(types) = types else { return Ok(prepared) };
        if let Some(wide) = self.wide(text) {
            return Ok(wide);
        }
        let types = &types;
        let wide = channel
            .run(|client| async move { Ok(Prepared::new(client.prepare_typed(text, types).await?, text)) })
            .await;
        let wide = channel.answered(wide, AtRisk::Nothing, text)?;
        let wide = with_text(text, wide, channel).await?;
        self.keep_wide(text, &wide);
        Ok(wide)
    }

    /// A cached statement, which becomes the last used one.
    pub(super) fn get(&mut self, text: &str) -> Option<Arc<Prepared>> {
        self.clock += 1;
        let kept = self.kept.get_mut(text)?;
        kept.used = self.clock;
        Some(Arc::clone(&kept.prepared))
    }

    /// The statement of a text with wider parameters.
    fn wide(&self, text: &str) -> Option<Arc<Prepared>> {
        self.kept.get(text)?.wide.clone()
    }

    /// Keeps a statement with wider parameters beside that of the same text.
    fn keep_wide(&mut self, text: &str, prepared: &Arc<Prepared>) {
        if let Some(kept) = self.kept.get_mut(text) {
            kept.wide = Some(Arc::clone(prepared));
        }
    }

    fn keep(&mut self, text: &str, prepared: &Arc<Prepared>) {
        if self.most == 0 {
            return;
        }
        if self.kept.len() >= self.most {
            self.drop_oldest();
        }
        self.kept.insert(text.into(), Kept { prepared: Arc::clone(prepared), wide: None, used: self.clock });
    }

    /// Removes a statement that can no longer be used.
    pub(super) fn forget(&mut self, text: &str) {
        self.kept.remove(text);
    }

    fn drop_oldest(&mut self) {
        let oldest = self.kept.iter().min_by_key(|(_, kept)| kept.used).map(|(text, _)| text.clone());
        if let Some(text) = oldest {
            self.kept.remove(&text);
        }
    }
}

/// The same statement with its values of unknown types as text, if it has some. It is prepared again, to learn the name
/// that tokio-postgres gives it: by now the types are known, and nothing else is prepared with it.
async fn with_text(text: &str, prepared: Arc<Prepared>, channel: &mut Channel) -> Result<Arc<Prepared>> {
    let wanted = Shape::of_columns_with_text(prepared.raw.columns());
    if !wanted.iter().any(|shape| shape.is_text()) {
        return Ok(prepared);
    }
    channel.traffic().formats.learn();
    let types = prepared.raw.params();
    let again = channel.run(|client| async move { Ok(client.prepare_typed(text, types).await?) }).await;
    let is_named = channel.traffic().formats.keep(wanted.iter().map(|shape| shape.is_text()).collect());
    let again = channel.answered(again, AtRisk::Nothing, text)?;
    Ok(if is_named { Prepared::with_text(again, text) } else { prepared })
}

/// Refuses names that the server would truncate.
pub(super) fn check_names(text: &str) -> Result<()> {
    let Some(name) = long_name(text) else { return Ok(()) };
    Err(Error::invalid(format!(
        "the name `{name}` has {} bytes, and PostgreSQL accepts at most {LONGEST_NAME}",
        name.len()
    )))
}
