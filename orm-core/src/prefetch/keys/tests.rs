//! Collecting the keys of parents.

use super::*;
use crate::mapped::Mapped;
use crate::row::Row;
use crate::schema::{ColumnDef, Table, TableName};
use crate::types::SqlType;

static PARENTS: Table = Table::new(
    "Parent",
    "parents",
    &[
        ColumnDef::new("number", "number", "Option<i64>", SqlType::Int64, true),
        ColumnDef::new("text", "text", "Option<String>", SqlType::Text, true),
    ],
    &[0],
);

#[derive(Clone)]
struct Parent {
    number: Option<i64>,
    text: Option<&'static str>,
}

impl Mapped for Parent {
    type Key = i64;
    type Itself = Self;
    type Columns = ();
    type Unloaded = ();
    const TABLE_NAME: TableName = TableName::new("parents", &["number"]);
    const TABLE: &'static Table = &PARENTS;
    const PRIMARY_KEY: &'static [usize] = &[0];

    fn decode(_: Row<'_>, _: usize) -> Result<Self> {
        Ok(Parent { number: None, text: None })
    }

    fn encode(&self, column: usize) -> Result<Value<'_>> {
        Ok(match column {
            0 => self.number.map_or(Value::Null, Value::Int),
            _ => self.text.map_or(Value::Null, |text| Value::Text(text.into())),
        })
    }
}

/// The keys of parents with these numbers, and the position of each parent.
fn ints(numbers: &[Option<i64>]) -> (Vec<i64>, Vec<Option<usize>>) {
    let parents: Vec<Parent> = numbers.iter().map(|&number| Parent { number, text: None }).collect();
    let collected = collect(parents.iter(), &[0]).expect("keys are collected");
    let Keys::Ints(keys) = collected.keys else { panic!("integer keys") };
    (keys, collected.of_parents.iter().collect())
}

fn all(numbers: &[i64]) -> (Vec<i64>, Vec<Option<usize>>) {
    ints(&numbers.iter().copied().map(Some).collect::<Vec<_>>())
}

#[test]
fn sorted_keys_stay_where_they_are() {
    assert_eq!(all(&[1, 2, 5]), (vec![1, 2, 5], vec![Some(0), Some(1), Some(2)]));
    assert_eq!(all(&[]), (vec![], vec![]));
    assert_eq!(all(&[i64::MIN, i64::MAX]), (vec![i64::MIN, i64::MAX], vec![Some(0), Some(1)]));
}

#[test]
fn unsorted_keys_are_sorted_and_their_positions_move_along() {
    assert_eq!(all(&[5, 1, 3]), (vec![1, 3, 5], vec![Some(2), Some(0), Some(1)]));
    assert_eq!(all(&[2, 1, 2, 1]), (vec![1, 2], vec![Some(1), Some(0), Some(1), Some(0)]));
}

#[test]
fn a_key_twice_is_sent_once() {
    assert_eq!(all(&[1, 1, 2, 2]), (vec![1, 2], vec![Some(0), Some(0), Some(1), Some(1)]));
    assert_eq!(all(&[3, 1, 2, 3, 9, 1]), (vec![1, 2, 3, 9], [2, 0, 1, 2, 3, 0].map(Some).to_vec()));
}

#[test]
fn a_null_is_no_key() {
    assert_eq!(ints(&[None, Some(2), None, Some(1)]), (vec![1, 2], vec![None, Some(1), None, Some(0)]));
    assert_eq!(ints(&[Some(1), Some(2), None]), (vec![1, 2], vec![Some(0), Some(1), None]));
    assert_eq!(ints(&[None, None]), (vec![], vec![None, None]));
}

#[test]
fn any_order_leads_each_parent_to_its_own_key() {
    let mut state = 1_u64;
    for length in 0..200 {
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let number = i64::try_from(state >> 33).expect("31 bits");
            (number % 7 != 0).then_some(number % 50)
        };
        let numbers: Vec<Option<i64>> = (0..length).map(|_| next()).collect();
        let (keys, positions) = ints(&numbers);
        assert!(keys.is_sorted_by(|left, right| left < right), "sorted and distinct");
        let found: Vec<_> = positions.iter().map(|at| at.map(|at| keys[at])).collect();
        assert_eq!(found, numbers);
    }
}

fn values(parents: &[Parent], columns: &[usize]) -> (usize, Vec<Option<usize>>) {
    let collected = collect(parents.iter(), columns).expect("keys are collected");
    assert!(matches!(collected.keys, Keys::Values { .. }));
    (collected.keys.len(), collected.of_parents.iter().collect())
}

#[test]
fn text_keys_are_told_apart_by_their_bytes() {
    let parents = ["b", "a", "A", "a", "", "a\0"].map(|text| Parent { number: None, text: Some(text) });
    assert_eq!(values(&parents, &[1]), (5, [0, 1, 2, 1, 3, 4].map(Some).to_vec()));
}

#[test]
fn keys_of_several_columns_need_all_of_them() {
    let parent = |number, text| Parent { number, text };
    let parents = [
        parent(Some(1), Some("a")),
        parent(Some(1), None),
        parent(None, Some("a")),
        parent(Some(2), Some("a")),
        parent(Some(1), Some("a")),
    ];
    assert_eq!(values(&parents, &[0, 1]), (2, vec![Some(0), None, None, Some(1), Some(0)]));
    let collected = collect(parents.iter(), &[1, 0]).expect("keys are collected");
    assert_eq!(collected.keys.types(), [SqlType::Text, SqlType::Int64]);
}

#[test]
fn different_values_have_different_bytes() {
    let text = |text: &'static str| Value::Text(text.into());
    let keys = [
        [text("a"), text("b")],
        [text("ab"), text("")],
        [text(""), text("ab")],
        [text("1"), Value::Null],
        [Value::Int(1), Value::Null],
        [Value::Blob(b"1".into()), Value::Null],
        [Value::Bool(true), Value::Null],
        [Value::Real(1.0), Value::Null],
        [Value::Null, Value::Int(1)],
        [Value::Uuid([0; 16]), Value::Null],
        [Value::Blob([0; 16].as_slice().into()), Value::Null],
    ];
    let mut seen = std::collections::HashSet::new();
    for key in &keys {
        let mut bytes = Vec::new();
        for value in key {
            append_bytes(&mut bytes, value);
        }
        assert!(seen.insert(bytes), "{key:?}");
    }
}
