//! Compares each relation with a join.

use orm::{Db, Model as _};

use crate::joined::{key, same};
use crate::models::django::*;

pub(crate) fn compare(db: &Db) -> orm::Result<usize> {
    let mut compared = 0;
    AuthGroup::query().all(db)?;
    let rows = AuthGroup::query().prefetch(AuthGroup::auth_permissions()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_permissions().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthGroup.auth_permissions", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_group\" AS a JOIN \"auth_group_permissions\" AS l ON l.\"group_id\" = a.\"id\" JOIN \"auth_permission\" AS b ON l.\"permission_id\" = b.\"id\"")?;
    let rows = AuthGroup::query().prefetch(AuthGroup::auth_users()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_users().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthGroup.auth_users", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_group\" AS a JOIN \"auth_user_groups\" AS l ON l.\"group_id\" = a.\"id\" JOIN \"auth_user\" AS b ON l.\"user_id\" = b.\"id\"")?;
    AuthPermission::query().all(db)?;
    let rows = AuthPermission::query().prefetch(AuthPermission::content_type()).all(db)?;
    let pairs = rows.iter().flat_map(|row| std::iter::once(row.content_type()).map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthPermission.content_type", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_permission\" AS a JOIN \"django_content_type\" AS b ON a.\"content_type_id\" = b.\"id\"")?;
    let rows = AuthPermission::query().prefetch(AuthPermission::auth_groups()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_groups().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthPermission.auth_groups", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_permission\" AS a JOIN \"auth_group_permissions\" AS l ON l.\"permission_id\" = a.\"id\" JOIN \"auth_group\" AS b ON l.\"group_id\" = b.\"id\"")?;
    let rows = AuthPermission::query().prefetch(AuthPermission::auth_users()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_users().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthPermission.auth_users", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_permission\" AS a JOIN \"auth_user_user_permissions\" AS l ON l.\"permission_id\" = a.\"id\" JOIN \"auth_user\" AS b ON l.\"user_id\" = b.\"id\"")?;
    AuthUser::query().all(db)?;
    let rows = AuthUser::query().prefetch(AuthUser::auth_groups()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_groups().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthUser.auth_groups", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_user\" AS a JOIN \"auth_user_groups\" AS l ON l.\"user_id\" = a.\"id\" JOIN \"auth_group\" AS b ON l.\"group_id\" = b.\"id\"")?;
    let rows = AuthUser::query().prefetch(AuthUser::auth_permissions()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_permissions().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "AuthUser.auth_permissions", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"auth_user\" AS a JOIN \"auth_user_user_permissions\" AS l ON l.\"user_id\" = a.\"id\" JOIN \"auth_permission\" AS b ON l.\"permission_id\" = b.\"id\"")?;
    DjangoContentType::query().all(db)?;
    let rows = DjangoContentType::query().prefetch(DjangoContentType::auth_permissions()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.auth_permissions().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "DjangoContentType.auth_permissions", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"django_content_type\" AS a JOIN \"auth_permission\" AS b ON a.\"id\" = b.\"content_type_id\"")?;
    ShopEvent::query().all(db)?;
    let rows = ShopEvent::query().prefetch(ShopEvent::parent()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.parent().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "ShopEvent.parent", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"shop_event\" AS a JOIN \"shop_event\" AS b ON a.\"parent_id\" = b.\"id\"")?;
    let rows = ShopEvent::query().prefetch(ShopEvent::venue()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.venue().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "ShopEvent.venue", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"shop_event\" AS a JOIN \"shop_venue\" AS b ON a.\"venue_id\" = b.\"id\"")?;
    let rows = ShopEvent::query().prefetch(ShopEvent::children()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.children().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "ShopEvent.children", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"shop_event\" AS a JOIN \"shop_event\" AS b ON a.\"id\" = b.\"parent_id\"")?;
    let rows = ShopEvent::query().prefetch(ShopEvent::shop_tags()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.shop_tags().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "ShopEvent.shop_tags", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"shop_event\" AS a JOIN \"shop_event_tags\" AS l ON l.\"event_id\" = a.\"id\" JOIN \"shop_tag\" AS b ON l.\"tag_id\" = b.\"id\"")?;
    ShopTag::query().all(db)?;
    let rows = ShopTag::query().prefetch(ShopTag::shop_events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.shop_events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "ShopTag.shop_events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"shop_tag\" AS a JOIN \"shop_event_tags\" AS l ON l.\"tag_id\" = a.\"id\" JOIN \"shop_event\" AS b ON l.\"event_id\" = b.\"id\"")?;
    ShopVenue::query().all(db)?;
    let rows = ShopVenue::query().prefetch(ShopVenue::shop_events()).all(db)?;
    let pairs = rows.iter().flat_map(|row| row.shop_events().iter().map(move |other| (key(&[&row.id]), key(&[&other.id]))));
    compared += same(db, "ShopVenue.shop_events", pairs.collect(), "SELECT CAST(a.\"id\" AS TEXT), CAST(b.\"id\" AS TEXT) FROM \"shop_venue\" AS a JOIN \"shop_event\" AS b ON a.\"id\" = b.\"venue_id\"")?;
    Ok(compared)
}
