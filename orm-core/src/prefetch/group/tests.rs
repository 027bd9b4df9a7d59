//! Grouping rows by the slots of their owners.

use super::*;

/// The rows of each slot.
fn rows(groups: &Groups, slots: usize) -> Vec<Vec<u32>> {
    let row = |at: u32| if groups.index.is_empty() { at } else { groups.index[at as usize] };
    let range = |slot| groups.range(Some(slot));
    (0..slots).map(range).map(|(start, end)| (start..end).map(row).collect()).collect()
}

#[test]
fn rows_in_the_order_of_their_owners_need_no_index() {
    let groups = Groups::of_rows(&[0, 0, 2], 4);
    assert!(groups.index.is_empty());
    assert_eq!(rows(&groups, 4), [vec![0, 1], vec![], vec![2], vec![]]);
}

#[test]
fn rows_in_any_order_keep_it_within_their_owner() {
    let groups = Groups::of_rows(&[2, 0, 2, 1, 0], 3);
    assert_eq!(rows(&groups, 3), [vec![1, 4], vec![3], vec![0, 2]]);
}

#[test]
fn links_may_share_rows_and_repeat() {
    let groups = Groups::of_links(&[1, 0, 1, 1], vec![7, 7, 3, 7], 2);
    assert_eq!(rows(&groups, 2), [vec![7], vec![7, 3, 7]]);
    let groups = Groups::of_links(&[0, 0, 1], vec![2, 1, 2], 2);
    assert_eq!(rows(&groups, 2), [vec![2, 1], vec![2]]);
}

#[test]
fn slots_are_sorted_each_on_its_own() {
    let keys = [50, 10, 40, 20, 30];
    let mut groups = Groups::of_rows(&[0, 0, 1, 1, 1], 2);
    groups.sort_by_key(5, |row| keys[row as usize]);
    assert_eq!(rows(&groups, 2), [vec![1, 0], vec![3, 4, 2]]);
    let mut sorted = Groups::of_rows(&[0, 0, 1], 2);
    sorted.sort_by_key(3, |row| row);
    assert!(sorted.index.is_empty(), "what is sorted stays as it is");
    let mut equal = Groups::of_links(&[1, 0, 1], vec![2, 1, 0], 2);
    equal.sort_by_key(0, |_| 0);
    assert_eq!(rows(&equal, 2), [vec![1], vec![2, 0]], "equals keep their order");
}

#[test]
fn what_is_not_there_is_empty() {
    let groups = Groups::of_rows(&[0], 1);
    assert_eq!(groups.range(None), (0, 0));
    assert_eq!(groups.range(Some(1)), (0, 0));
    assert_eq!(Groups::default().range(Some(0)), (0, 0));
    assert_eq!(rows(&Groups::of_rows(&[], 2), 2), [vec![], vec![]] as [Vec<u32>; 2]);
}
