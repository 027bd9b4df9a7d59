//! More parents than a statement has parameters.

use orm::{Model, Result, insert_many, sql};

use crate::database::db;

#[derive(Model, Clone, Debug, PartialEq)]
#[has_many(stops: Stop)]
#[many_to_many(guides: Guide, through = "guided")]
struct Tour {
    id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Stop {
    id: i64,
    #[belongs_to(tour: Tour)]
    tour_id: i64,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct Guide {
    id: i64,
}

#[test]
fn more_parents_than_postgres_has_parameters_are_loaded() -> Result<()> {
    let db = db();
    db.create_tables::<(Tour, Stop, Guide)>()?;
    insert_many(&db, [NewGuide {}])?;
    for text in [
        "INSERT INTO tours (id) SELECT i FROM generate_series(1, 1000000) AS i",
        "INSERT INTO stops (tour_id) SELECT i FROM generate_series(1, 1000000, 5) AS i",
        "INSERT INTO guided VALUES (65536, 1), (1000000, 1)",
    ] {
        sql(text).execute(&db)?;
    }
    let mut texts = Vec::new();
    for parents in [1, 500, 501, 65_535, 65_536, 1_000_000] {
        let query = Tour::query().filter(Tour::id().le(parents)).prefetch(Tour::stops()).prefetch(Tour::guides());
        let recording = db.record();
        let tours = query.all(&db)?;
        texts.push(recording.statements());
        drop(recording);
        assert_eq!(tours.len(), usize::try_from(parents).expect("it fits"));
        assert!(tours.iter().all(|tour| tour.stops().len() == usize::from(tour.id % 5 == 1)));
        let guided: Vec<_> = tours.iter().filter(|tour| !tour.guides().is_empty()).map(|tour| tour.id).collect();
        assert_eq!(guided, [65_536, 1_000_000].into_iter().filter(|id| *id <= parents).collect::<Vec<_>>());
    }
    texts.dedup();
    assert_eq!(texts.len(), 2, "one text does for few parents, and one for any other number");
    assert!(texts.iter().all(|statements| statements.len() == 3));
    let stops = Stop::query().filter(Stop::id().gt(0)).prefetch(Stop::tour()).all(&db)?;
    assert_eq!(stops.len(), 200_000);
    assert!(stops.iter().all(|stop| stop.tour().id == stop.tour_id));
    Ok(())
}
