//! The program text of the cookbook, a module for each recipe.

#[path = "cookbook/audit.rs"]
mod audit;
#[path = "cookbook/basket.rs"]
mod basket;
#[path = "cookbook/changes_since.rs"]
mod changes_since;
#[path = "cookbook/comments.rs"]
mod comments;
#[path = "cookbook/csv_import.rs"]
mod csv_import;
#[path = "cookbook/get_or_create.rs"]
mod get_or_create;
#[cfg(feature = "jiff-02")]
#[path = "cookbook/jobs.rs"]
mod jobs;
#[path = "cookbook/latest.rs"]
mod latest;
#[path = "cookbook/moving.rs"]
pub(crate) mod moving;
#[path = "cookbook/pages.rs"]
mod pages;
#[path = "cookbook/patch.rs"]
mod patch;
#[path = "cookbook/soft_delete.rs"]
mod soft_delete;
#[path = "cookbook/tenants.rs"]
mod tenants;

use crate::chapter::Chapter;

#[test]
fn chapter() -> Result<(), Box<dyn std::error::Error>> {
    let mut chapter = Chapter::open("26-cookbook");
    get_or_create::recipe()?;
    csv_import::recipe()?;
    pages::recipe(&mut chapter)?;
    latest::recipe(&mut chapter)?;
    comments::recipe(&mut chapter)?;
    basket::recipe()?;
    changes_since::recipe()?;
    patch::recipe()?;
    soft_delete::recipe()?;
    audit::recipe()?;
    tenants::recipe(&mut chapter)?;
    #[cfg(feature = "jiff-02")]
    jobs::recipe()?;
    moving::recipe()?;
    chapter.close();
    Ok(())
}
