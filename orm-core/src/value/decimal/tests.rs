//! Decimals have one form, and one text.

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
fn other_forms_are_refused() {
    for text in [
        "",
        "-",
        ".",
        "1.",
        ".5",
        "1.50",
        "01",
        "+1",
        "-0",
        "-0.0",
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
