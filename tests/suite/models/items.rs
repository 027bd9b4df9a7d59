//! The items that the derive adds to a module and to a struct, under names that the user chooses if others are taken.

use orm::{Many, Model, Polymorphic, Result, assert_queries};

use crate::database::db;

/// A form for input, which existed before.
#[derive(Debug, PartialEq)]
struct NewPlayer {
    nickname: String,
}

/// A page for output.
#[derive(Debug, PartialEq)]
struct PlayerLoaded;

/// An item of the program with this name.
trait PlayerRelations {
    fn number(&self) -> usize;
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(new = PlayerDraft, loaded = FullPlayer, relations = PlayerParts, update = save)]
#[has_many(own_matches: Match, foreign_key = player_id, rename = "matches")]
struct Player {
    id: i64,
    #[model(accessor = column_name)]
    name: String,
    #[model(accessor = none)]
    points: i64,
    #[model(version)]
    version: i64,
}

impl Player {
    /// A function, a getter and a method of the user. None of them uses a name of the derive.
    fn name(&self) -> &str {
        &self.name
    }

    fn points() -> i64 {
        3
    }

    fn matches(&self) -> usize {
        self.name.len()
    }

    fn update(self, name: &str) -> Self {
        Player { name: name.to_owned(), ..self }
    }
}

#[derive(Model, Clone, Debug, PartialEq)]
#[model(table = "matches", new = none, relations = none)]
struct Match {
    id: i64,
    #[belongs_to(player: Player)]
    player_id: i64,
    against: String,
}

/// A row of which the function reads some relations.
fn card(player: &impl PlayerParts<OwnMatches = Many<Match>>) -> String {
    format!("{} met {}", player.name(), player.own_matches()[0].against)
}

fn full(player: &FullPlayer<Many<Match>>) -> usize {
    player.own_matches().len()
}

impl PlayerRelations for FullPlayer<Many<Match>> {
    fn number(&self) -> usize {
        full(self) + self.matches()
    }
}

#[test]
fn every_item_can_be_called_otherwise() -> Result<()> {
    let db = db();
    db.create_tables::<(Player, Match)>()?;
    let form = NewPlayer { nickname: "Ada".into() };
    let ada = PlayerDraft { name: form.nickname, points: Player::points() }.insert(&db)?;
    // Without a struct for new rows, rows are inserted with their keys.
    Match { id: 7, player_id: ada.id, against: "Bob".into() }.insert(&db)?;

    let query = Player::query().filter(Player::column_name().eq("Ada")).prefetch(Player::own_matches());
    let loaded = assert_queries!(&db, 2, query.one(&db)?);
    assert_eq!((card(&loaded).as_str(), loaded.number()), ("Ada met Bob", 1 + "Ada".len()));
    let shown = "FullPlayer { row: Player { id: 1, name: \"Ada\", points: 3, version: 1 }, own_matches: [Match { id: 7, \
                 player_id: 1, against: \"Bob\" }] }";
    assert_eq!((format!("{loaded:?}").as_str(), PlayerLoaded), (shown, PlayerLoaded));
    let of_a_match = Match::query().prefetch(Match::player()).one(&db)?;
    assert_eq!(of_a_match.player().name(), "Ada");
    Ok(())
}

#[test]
fn the_method_of_a_version_has_the_name_that_it_is_given() -> Result<()> {
    let db = db();
    db.create_tables::<(Player, Match)>()?;
    let ada = PlayerDraft { name: "Ada".into(), points: 0 }.insert(&db)?;
    let stale = ada.clone();
    let saved = ada.update("Ada King").save(&db)?;
    assert_eq!((saved.name(), saved.version), ("Ada King", 2));
    assert!(stale.update("Augusta").save(&db).unwrap_err().is_stale());
    Ok(())
}

#[derive(Model, Debug, PartialEq)]
#[model(update = none)]
struct Page {
    id: i64,
    update: String,
    #[model(version)]
    version: i64,
}

#[test]
fn a_column_has_the_name_of_the_method_where_that_is_left_out() -> Result<()> {
    let db = db();
    db.create_tables::<Page>()?;
    let page = NewPage { update: "today".into() }.insert(&db)?;
    let found = Page::query().filter(Page::update().eq("today")).one(&db)?;
    assert_eq!(found, page);
    <Page as Model>::update(&page, &db)?;
    assert!(<Page as Model>::update(&page, &db).unwrap_err().is_stale());
    Ok(())
}

/// Names that generated code could use too: for its types, constants and type parameters.
const AT_PIECES: i64 = 5;

#[derive(Model, Clone, Debug, PartialEq)]
#[model(loaded = Pieces, relations = Next)]
#[has_many(pieces: PhotoRow, foreign_key = unloaded_id)]
#[has_one(next: Unloaded, foreign_key = next_id)]
struct Unloaded {
    id: i64,
    #[model(default = AT_PIECES)]
    size: i64,
    next_id: Option<i64>,
}

#[derive(Model, Clone, Debug, PartialEq)]
struct PhotoRow {
    id: i64,
    unloaded_id: i64,
}

#[derive(Polymorphic, Clone, Debug, PartialEq)]
#[polymorphic(loaded = FullSubject)]
enum Subject {
    Photo(PhotoRow),
    Unloaded(Unloaded),
}

/// It existed before.
struct SubjectLoaded;

#[derive(Model, Debug, PartialEq)]
struct Comment {
    id: i64,
    subject_type: String,
    #[belongs_to(subject: Subject, tag = subject_type)]
    subject_id: i64,
}

#[test]
fn generated_code_takes_no_name_from_the_user() -> Result<()> {
    let db = db();
    db.create_tables::<(Unloaded, PhotoRow, Comment)>()?;
    let whole = NewUnloaded { size: None, next_id: None }.insert(&db)?;
    NewPhotoRow { unloaded_id: whole.id }.insert(&db)?;
    let query = Unloaded::query().prefetch(Unloaded::pieces()).prefetch(Unloaded::next());
    let loaded: Pieces<Many<PhotoRow>, _> = assert_queries!(&db, 3, query.one(&db)?);
    assert_eq!((loaded.size, loaded.pieces().len()), (AT_PIECES, 1));
    assert!(loaded.next().is_none());

    NewComment { subject_type: "unloaded".into(), subject_id: whole.id }.insert(&db)?;
    let subject = Comment::subject().prefetch(Unloaded::pieces());
    let comments = assert_queries!(&db, 3, Comment::query().prefetch(subject).all(&db)?);
    let pieces = match &**comments[0].subject() {
        FullSubject::Photo(_) => 0,
        FullSubject::Unloaded(whole) => whole.pieces().len(),
    };
    let SubjectLoaded = SubjectLoaded;
    assert_eq!(pieces, 1);
    Ok(())
}
