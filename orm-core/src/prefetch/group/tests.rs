//! Grouping rows by the keys of their owners.

use super::*;

/// The rows of each key.
fn rows(groups: &Groups, keys: usize) -> Vec<Vec<u32>> {
    let row = |at: u32| groups.row(at).0;
    let range = |key| groups.range(Some(key));
    (0..keys).map(range).map(|(start, end)| (start..end).map(row).collect()).collect()
}

#[test]
fn rows_in_the_order_of_their_owners_need_no_index() {
    let groups = Groups::of_rows(&[0, 0, 2].map(KeyAt), 4);
    assert!(groups.index.is_empty());
    assert_eq!(rows(&groups, 4), [vec![0, 1], vec![], vec![2], vec![]]);
}

#[test]
fn rows_in_any_order_keep_it_within_their_owner() {
    let groups = Groups::of_rows(&[2, 0, 2, 1, 0].map(KeyAt), 3);
    assert_eq!(rows(&groups, 3), [vec![1, 4], vec![3], vec![0, 2]]);
}

#[test]
fn links_may_share_rows_and_repeat() {
    let groups = Groups::of_links(&[1, 0, 1, 1].map(KeyAt), [7, 7, 3, 7].map(RowAt).to_vec(), 2);
    assert_eq!(rows(&groups, 2), [vec![7], vec![7, 3, 7]]);
    let groups = Groups::of_links(&[0, 0, 1].map(KeyAt), [2, 1, 2].map(RowAt).to_vec(), 2);
    assert_eq!(rows(&groups, 2), [vec![2, 1], vec![2]]);
}

#[test]
fn the_rows_of_each_owner_are_sorted() {
    let keys = [50, 10, 40, 20, 30];
    let mut groups = Groups::of_rows(&[0, 0, 1, 1, 1].map(KeyAt), 2);
    groups.sort_by_key(5, |row| keys[row.index()]);
    assert_eq!(rows(&groups, 2), [vec![1, 0], vec![3, 4, 2]]);
    let mut sorted = Groups::of_rows(&[0, 0, 1].map(KeyAt), 2);
    sorted.sort_by_key(3, |row| row);
    assert!(sorted.index.is_empty(), "what is sorted stays as it is");
    let mut equal = Groups::of_links(&[1, 0, 1].map(KeyAt), [2, 1, 0].map(RowAt).to_vec(), 2);
    equal.sort_by_key(0, |_| 0);
    assert_eq!(rows(&equal, 2), [vec![1], vec![2, 0]], "equals keep their order");
}

#[test]
fn what_is_not_there_is_empty() {
    let groups = Groups::of_rows(&[0].map(KeyAt), 1);
    assert_eq!(groups.range(None), (0, 0));
    assert_eq!(groups.range(Some(1)), (0, 0));
    assert_eq!(Groups::default().range(Some(0)), (0, 0));
    assert_eq!(rows(&Groups::of_rows(&[], 2), 2), [vec![], vec![]] as [Vec<u32>; 2]);
}
