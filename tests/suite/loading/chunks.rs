//! Queries of any size, read in chunks.

use orm::{Model, Result, assert_queries};

use crate::schemas::music::{Album, music};

#[test]
fn chunks_together_are_the_whole_query() -> Result<()> {
    let db = music()?;
    let query = Album::query().order_by((Album::year().desc(), Album::title().asc())).prefetch(Album::artist());
    let whole = query.all(&db)?;
    for size in 1..=6 {
        let chunks = query.chunks(&db).of_size(size).collect::<Result<Vec<_>>>()?;
        assert!(chunks.iter().all(|chunk| chunk.len() as u64 <= size));
        assert_eq!(chunks.concat(), whole, "in chunks of {size}");
    }
    for (limit, offset) in [(3, 1), (10, 2), (2, 0), (0, 0)] {
        let query = query.clone().limit(limit).offset(offset);
        let chunks = query.chunks(&db).of_size(2).collect::<Result<Vec<_>>>()?;
        assert_eq!(chunks.concat(), query.all(&db)?, "limit {limit}, offset {offset}");
    }
    let first = assert_queries!(&db, 2, query.chunks(&db).of_size(2).next()).expect("a chunk")?;
    assert_eq!(first.len(), 2);
    Ok(())
}
