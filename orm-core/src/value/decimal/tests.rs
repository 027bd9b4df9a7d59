//! A decimal has one form and one text.

use std::cmp::Ordering;

use super::Decimal;

#[test]
fn texts_are_the_shortest() {
    for (coefficient, scale, text) in [
        (0, 0, "0"),
        (0, 5, "0"),
        (150, 2, "1.5"),
        (-150, 2, "-1.5"),
        (1, 2, "0.01"),
        (-1, 2, "-0.01"),
        (1200, 0, "1200"),
        (1200, 2, "12"),
        (i128::MAX, 0, "170141183460469231731687303715884105727"),
        (i128::MIN, 38, "-1.70141183460469231731687303715884105728"),
        (i128::MAX, 40, "0.0170141183460469231731687303715884105727"),
    ] {
        let number = Decimal::new(coefficient, scale);
        assert_eq!(number.to_string(), text);
        assert_eq!(Decimal::parse(text), Some(number), "{text}");
    }
    assert_eq!(Decimal::new(100, 2), Decimal::new(10, 1));
}

#[test]
fn zeros_that_say_nothing_are_read() {
    let half_and_one = Decimal::new(15, 1);
    for text in ["1.5", "1.50", "01.5", "1.5000000000000000000000000000000000000000000"] {
        assert_eq!(Decimal::parse(text), Some(half_and_one), "{text}");
    }
    for text in ["0", "-0", "-0.0", "00"] {
        assert_eq!(Decimal::parse(text), Some(Decimal::ZERO), "{text}");
    }
}

#[test]
fn other_forms_are_refused() {
    for text in [
        "",
        "-",
        "+1",
        ".5",
        "1.",
        "1e3",
        "1,5",
        " 1",
        "1 ",
        "NaN",
        "0x1",
        "1.-5",
        "--1",
        "1.2.3",
        "１",
        "170141183460469231731687303715884105728",
    ] {
        assert_eq!(Decimal::parse(text), None, "{text}");
    }
}

#[test]
fn the_next_number_below_has_fewer_digits() {
    let floor = |text: &str, scale| Decimal::parse(text).expect("a number").floor(scale).to_string();
    assert_eq!(floor("1.239", 2), "1.23");
    assert_eq!(floor("-1.231", 2), "-1.24");
    assert_eq!(floor("1.2", 2), "1.2");
    assert_eq!(Decimal::new(1, 60_000).floor(2), Decimal::ZERO);
    assert_eq!(Decimal::new(-1, 60_000).floor(2).to_string(), "-0.01");
}

#[test]
fn a_scale_beyond_every_width_prints() {
    let text = Decimal::new(-12, u16::MAX).to_string();
    assert_eq!((text.len(), &text[..5], &text[text.len() - 2..]), (65_538, "-0.00", "12"));
}

#[test]
fn order_is_that_of_the_numbers() {
    let sorted = [
        "-170141183460469231731687303715884105728",
        "-10",
        "-9.5",
        "-9",
        "-1.05",
        "-1",
        "-0.01",
        "0",
        "0.001",
        "0.01",
        "0.0101",
        "0.1",
        "1",
        "1.5",
        "2",
        "10",
        "100.25",
        "170141183460469231731687303715884105727",
    ];
    let numbers: Vec<Decimal> = sorted.iter().filter_map(|text| Decimal::parse(text)).collect();
    assert_eq!(numbers.len(), sorted.len());
    assert!(numbers.is_sorted_by(|left, right| left < right), "{numbers:?}");
    assert_eq!(Decimal::compare_texts("1.50", "01.5"), Ordering::Equal);
    assert_eq!(Decimal::compare_texts("-0", "0.0"), Ordering::Equal);
    assert_eq!(Decimal::compare_texts("1e5", "9"), Ordering::Greater);
    assert_eq!(Decimal::compare_texts("", "abc"), Ordering::Less);
}

#[test]
fn arithmetic_is_exact_or_none() {
    let number = |text| Decimal::parse(text).expect("a number");
    assert_eq!(number("0.1").checked_add(number("0.2")), Some(number("0.3")));
    assert_eq!(number("1.5").checked_sub(number("2.25")), Some(number("-0.75")));
    assert_eq!(number("-1.5").checked_mul(number("0.02")), Some(number("-0.03")));
    assert_eq!(Decimal::new(i128::MAX, 0).checked_add(Decimal::new(1, 0)), None);
    assert_eq!(Decimal::new(i128::MAX, 0).checked_add(Decimal::new(1, 1)), None);
    assert_eq!(Decimal::new(1, 60).checked_add(Decimal::new(1, 0)), None);
    assert_eq!(Decimal::new(i128::MAX, 0).checked_mul(Decimal::new(2, 0)), None);
    assert_eq!(Decimal::new(1, u16::MAX).checked_mul(Decimal::new(1, 1)), None);
}
