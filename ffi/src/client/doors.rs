//! Doors, organisations, pledges, and how doors stand.
//!
//! Floor: client. Invariant: as `client`'s.

use qiaomen_core::record::{
    Consent as CoreConsent, Household as CoreHousehold, Pledge as CorePledge, Unit as CoreUnit,
};

use crate::error::QiaomenError;
use crate::inside::given;
use crate::mirror::doors::{Consent, Household, Organisation, Pledge};
use crate::mirror::reckoned::{HouseholdLine, HouseholdOrder, PledgeWords};
use crate::mirror::state::{KeptConsent, KeptHousehold, KeptOrganisation, KeptPledge};
use crate::mirror::sums::{
    Coverage, DoorPerson, DoorSpot, GridCoverage, GridLine, LeftTheTown, Period, ToReachAgain, UnfiledPledge,
    WithoutApp,
};
use crate::mirror::words::{Language, Role};
use crate::mirror::{Back, Id, Millis, Page, Show};
use crate::platform::Noun;

client! {
    /// Doors and the people behind them.
    Households;
    /// How doors stand, and what is still to do at them: of the grids that the phone holds at or below an area, or of all.
    Doors;
    /// Organisations with a person who answers for them.
    Organisations;
    /// Pledges, and consents that a door leaves the count.
    Pledges;
}

#[uniffi::export]
impl Households {
    /// Saves a door that is new in the roster of `grid`; says its identifier.
    #[uniffi::method(default(role = None))]
    pub fn save(&self, grid: Id, record: Household, role: Option<Role>) -> Result<Id, QiaomenError> {
        let record: CoreHousehold = record.back()?;
        let saved = self.0.core.households().save(given("grid", grid)?, &record, self.0.writing(role)?);
        Ok(self.0.wrote(saved, &[Noun::Households, Noun::Sync])?.show())
    }

    /// Saves what the person changed: `before` is what they were shown. False if there is nothing to write.
    #[uniffi::method(default(role = None))]
    pub fn edit(&self, id: Id, before: Household, after: Household, role: Option<Role>) -> Result<bool, QiaomenError> {
        let (before, after): (CoreHousehold, CoreHousehold) = (before.back()?, after.back()?);
        let saved = self.0.core.households().edit(given("id", id)?, &before, &after, self.0.writing(role)?);
        self.0.wrote(saved, &[Noun::Households, Noun::Conflicts, Noun::Sync])
    }

    /// One door.
    pub fn get(&self, id: Id) -> Result<Option<KeptHousehold>, QiaomenError> {
        Ok(self.0.core.households().get(given("id", id)?)?.show())
    }

    /// Doors of one grid, or of all that the phone holds.
    pub fn list(
        &self,
        grid: Option<Id>,
        order: HouseholdOrder,
        page: Page,
    ) -> Result<Vec<HouseholdLine>, QiaomenError> {
        Ok(self.0.core.households().list(given("grid", grid)?, given("order", order)?, page.into())?.show())
    }

    /// Doors that nobody has visited since an instant, or ever; as a worker walks.
    pub fn not_visited(
        &self,
        grid: Option<Id>,
        since: Option<Millis>,
        page: Page,
    ) -> Result<Vec<HouseholdLine>, QiaomenError> {
        Ok(self.0.core.households().not_visited(given("grid", grid)?, given("since", since)?, page.into())?.show())
    }

    /// The grids that the phone holds, in the order of the area tree, each with how far it is.
    pub fn grids(&self) -> Result<Vec<GridLine>, QiaomenError> {
        Ok(self.0.core.households().grids(&self.0.reading()?)?.show())
    }

    /// Doors where every word of `text` is found: in the address, or of a resident in the name, its pinyin or initials, or
    /// as the last digits of a telephone.
    pub fn find(&self, text: String, page: Page) -> Result<Vec<HouseholdLine>, QiaomenError> {
        Ok(self.0.core.households().find(&text, page.into())?.show())
    }
}

#[uniffi::export]
impl Doors {
    /// How many doors stand how in a period.
    pub fn coverage(&self, area: Option<Id>, period: Period) -> Result<Coverage, QiaomenError> {
        Ok(self.0.core.doors().coverage(given("area", area)?, given("period", period)?)?.show())
    }

    /// The same for each grid by itself.
    pub fn by_grid(&self, area: Option<Id>, period: Period) -> Result<Vec<GridCoverage>, QiaomenError> {
        let grids = self.0.core.doors().by_grid(given("area", area)?, given("period", period)?)?.into_iter();
        Ok(grids.map(|(grid, coverage)| GridCoverage { grid: grid.show(), coverage: coverage.show() }).collect())
    }

    /// All doors of a grid as a worker walks, light enough for all of them at once.
    pub fn walk(&self, grid: Id) -> Result<Vec<DoorSpot>, QiaomenError> {
        Ok(self.0.core.doors().walk(given("grid", grid)?, &self.0.reading()?)?.show())
    }

    /// The door after this one in its grid, as a worker walks; none after the last.
    pub fn after(&self, household: Id) -> Result<Option<Id>, QiaomenError> {
        Ok(self.0.core.doors().after(given("household", household)?)?.show())
    }

    /// Who has not signed in a period.
    pub fn unsigned(&self, area: Option<Id>, period: Period, page: Page) -> Result<Vec<DoorPerson>, QiaomenError> {
        Ok(self.0.core.doors().unsigned(given("area", area)?, given("period", period)?, page.into())?.show())
    }

    /// Paper pledges signed in a period that were not filed yet.
    pub fn unfiled(&self, area: Option<Id>, period: Period, page: Page) -> Result<Vec<UnfiledPledge>, QiaomenError> {
        Ok(self.0.core.doors().unfiled(given("area", area)?, given("period", period)?, page.into())?.show())
    }

    /// Who is not known to have the app.
    pub fn app(&self, area: Option<Id>, page: Page) -> Result<Vec<WithoutApp>, QiaomenError> {
        Ok(self.0.core.doors().app(given("area", area)?, page.into())?.show())
    }

    /// The easily deceived, with when they are to be reached again.
    pub fn reach_again(&self, area: Option<Id>, page: Page) -> Result<Vec<ToReachAgain>, QiaomenError> {
        Ok(self.0.core.doors().reach_again(given("area", area)?, &self.0.reading()?, page.into())?.show())
    }

    /// Who left the town.
    pub fn left_town(&self, area: Option<Id>, page: Page) -> Result<Vec<LeftTheTown>, QiaomenError> {
        Ok(self.0.core.doors().left_town(given("area", area)?, &self.0.reading()?, page.into())?.show())
    }
}

#[uniffi::export]
impl Organisations {
    /// Saves a new organisation in a grid; says its identifier.
    #[uniffi::method(default(role = None))]
    pub fn save(&self, grid: Id, record: Organisation, role: Option<Role>) -> Result<Id, QiaomenError> {
        let record: CoreUnit = record.back()?;
        let saved = self.0.core.units().save(given("grid", grid)?, &record, self.0.writing(role)?);
        Ok(self.0.wrote(saved, &[Noun::Organisations, Noun::Sync])?.show())
    }

    /// Saves what the person changed. False if there is nothing to write.
    #[uniffi::method(default(role = None))]
    pub fn edit(
        &self,
        id: Id,
        before: Organisation,
        after: Organisation,
        role: Option<Role>,
    ) -> Result<bool, QiaomenError> {
        let (before, after): (CoreUnit, CoreUnit) = (before.back()?, after.back()?);
        let saved = self.0.core.units().edit(given("id", id)?, &before, &after, self.0.writing(role)?);
        self.0.wrote(saved, &[Noun::Organisations, Noun::Conflicts, Noun::Sync])
    }

    /// One organisation.
    pub fn get(&self, id: Id) -> Result<Option<KeptOrganisation>, QiaomenError> {
        Ok(self.0.core.units().get(given("id", id)?)?.show())
    }

    /// Organisations of one grid, or of all that the phone holds, by sort and name.
    pub fn list(&self, grid: Option<Id>, page: Page) -> Result<Vec<KeptOrganisation>, QiaomenError> {
        Ok(self.0.core.units().list(given("grid", grid)?, page.into())?.show())
    }
}

#[uniffi::export]
impl Pledges {
    /// Saves a pledge that was signed; says its identifier.
    #[uniffi::method(default(role = None))]
    pub fn save(&self, record: Pledge, role: Option<Role>) -> Result<Id, QiaomenError> {
        let record: CorePledge = record.back()?;
        let saved = self.0.core.pledges().save(&record, self.0.writing(role)?);
        Ok(self.0.wrote(saved, &[Noun::Pledges, Noun::Households, Noun::Sync])?.show())
    }

    /// One pledge.
    pub fn get(&self, id: Id) -> Result<Option<KeptPledge>, QiaomenError> {
        Ok(self.0.core.pledges().get(given("id", id)?)?.show())
    }

    /// A door's pledges, the newest first; corrected ones and what took them back among them.
    pub fn of_household(&self, household: Id, page: Page) -> Result<Vec<KeptPledge>, QiaomenError> {
        Ok(self.0.core.pledges().of_household(given("household", household)?, page.into())?.show())
    }

    /// The words that are signed now; a new pledge names them by their template and version.
    pub fn words(&self, language: Language) -> Result<PledgeWords, QiaomenError> {
        Ok(self.0.core.pledges().text(&given("language", language)?, &self.0.reading()?)?.show())
    }

    /// The words that a pledge names; none where they are not on this phone.
    pub fn signed_words(&self, pledge: Pledge) -> Result<Option<PledgeWords>, QiaomenError> {
        let pledge: CorePledge = pledge.back()?;
        Ok(self.0.core.pledges().signed(&pledge)?.show())
    }

    /// A supervisor's word that a door leaves the count, or is counted again.
    #[uniffi::method(default(role = None))]
    pub fn consent(&self, record: Consent, role: Option<Role>) -> Result<Id, QiaomenError> {
        let record: CoreConsent = record.back()?;
        let saved = self.0.core.pledges().consent(&record, self.0.writing(role)?);
        Ok(self.0.wrote(saved, &[Noun::Pledges, Noun::Households, Noun::Sync])?.show())
    }

    /// What supervisors said of a door and the count, the newest first.
    pub fn consents(&self, household: Id, page: Page) -> Result<Vec<KeptConsent>, QiaomenError> {
        Ok(self.0.core.pledges().consents(given("household", household)?, page.into())?.show())
    }
}
