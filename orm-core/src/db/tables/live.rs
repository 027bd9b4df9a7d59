//! Looking up the tables of the live database.

use std::collections::BTreeMap;

use super::super::Session;
use crate::error::{Error, Result};
use crate::live::{Checks, ColumnsOfTables, ForeignKeys, Indexed, Live, LiveKind, LiveName, LiveTable};
use crate::schema::Table;
use crate::sql::Dialect;
use crate::types::Param;
use crate::value::Value;

impl Session<'_> {
    /// Looks up the tables of some models, and the tables that their foreign keys refer to. The number of statements
    /// depends only on the number of views among them, and no other table is read.
    pub(super) fn tables(&mut self, tables: &[&'static Table]) -> Result<Live> {
        let dialect = self.dialect();
        let mut names = Names { names: Vec::new(), dialect };
        names.extend_by_models(tables);
        let mut foreign_keys = ForeignKeys(Vec::new());
        self.look_up(dialect.foreign_keys(), &[names.list()], &mut foreign_keys)?;
        foreign_keys.0.iter().for_each(|(_, key)| names.push(&key.target.name));

        let mut live = Live::default();
        self.look_up(dialect.tables(), &[names.list()], &mut live)?;
        self.look_up_columns(&mut live, &names)?;
        self.look_up(dialect.indexes_of_tables(), &[names.list()], &mut Indexed(&mut live))?;
        for (name, key) in foreign_keys.0 {
            live.with(&name, |table| table.foreign_keys.push(key));
        }
        let with_conditions = tables.iter().copied().filter(|table| table.conditions().next().is_some());
        self.look_up_checks(&mut live, with_conditions)?;
        Ok(live)
    }

    /// The columns of all tables at once, and the columns of each view separately, because a view may be broken.
    fn look_up_columns(&mut self, live: &mut Live, names: &Names) -> Result<()> {
        let text = self.dialect().columns();
        self.look_up(text, &[names.list(), truth(false)], &mut ColumnsOfTables(live))?;
        let views: Vec<LiveName> =
            live.0.iter().filter(|table| table.kind == LiveKind::View).map(|table| table.name.clone()).collect();
        for view in views {
            let name = Param::List(vec![Value::Text(view.name.as_str().into())]);
            match self.look_up(text, &[name, truth(true)], &mut ColumnsOfTables(live)) {
                Err(error) if error.is_of_statement() => {
                    live.with(&view, |table| table.problem = Some(error.to_string()));
                }
                result => result?,
            }
        }
        Ok(())
    }

    /// The conditions of some tables. Tables of the same names in other schemas are not read: PostgreSQL reports an error
    /// if one is dropped at this moment.
    fn look_up_checks(&mut self, live: &mut Live, tables: impl Iterator<Item = &'static Table>) -> Result<()> {
        let dialect = self.dialect();
        let mut schemas: BTreeMap<String, Names> = BTreeMap::new();
        for table in tables {
            if let Some(LiveTable { name, .. }) = live.table(table.schema, table.name, dialect) {
                let none = || Names { names: Vec::new(), dialect };
                schemas.entry(name.schema.clone()).or_insert_with(none).push(&name.name);
            }
        }
        for (schema, names) in schemas {
            let text = dialect.checks(&schema);
            self.look_up(&text, &[names.list()], &mut Checks { live, schema: &schema })?;
        }
        Ok(())
    }
}

/// Names of tables, without duplicates.
struct Names {
    names: Vec<String>,
    dialect: &'static dyn Dialect,
}

impl Names {
    fn extend_by_models(&mut self, tables: &[&'static Table]) {
        for table in tables {
            self.push(table.name);
            table.foreign_keys.iter().for_each(|key| self.push((key.target)().name));
            for relation in table.relations {
                if let Some(through) = relation.through.as_ref().filter(|through| through.model.is_none()) {
                    self.push(through.table);
                    self.push((relation.to)().name);
                }
            }
        }
    }

    fn push(&mut self, name: &str) {
        if !self.names.iter().any(|other| self.dialect.same_name(other, name)) {
            self.names.push(name.to_owned());
        }
    }

    fn list(&self) -> Param<'_> {
        Param::List(self.names.iter().map(|name| Value::Text(name.as_str().into())).collect())
    }
}

fn truth(value: bool) -> Param<'static> {
    Param::Value(Value::Bool(value))
}

impl Error {
    /// Whether the error is certainly caused by the statement.
    fn is_of_statement(&self) -> bool {
        self.is_schema_mismatch() || self.is_unspecified()
    }
}
