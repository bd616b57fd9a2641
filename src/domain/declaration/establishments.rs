//! Reads an establishment: where it happened, or the victims' employer.

use super::{
    Establishment, FaultCode,
    reader::{LONGEST_NAME, Reader},
    scalars::Lines,
    walk::{Fields, Weight},
};
use crate::domain::validators;

const MEMBERS: [&str; 8] = [
    "name",
    "tax_code",
    "address",
    "industry_code",
    "establishment_type_code",
    "headcount",
    "female_headcount",
    "phone",
];

/// More workers than any establishment has.
const MOST_WORKERS: i64 = 9_999_999;

impl Reader<'_> {
    /// The member `name`, on top of what stood `before`. Nothing in it is required.
    pub fn establishment(
        &mut self,
        parent: &Fields,
        name: &str,
        before: Option<&Establishment>,
    ) -> Option<Establishment> {
        let read = parent.optional(name).and_then(|node| {
            let fields = node.fields(&MEMBERS, &mut self.notes)?;
            Some(self.establishment_fields(&fields, before.cloned().unwrap_or_default()))
        });
        read.filter(|establishment| *establishment != Establishment::default())
            .or_else(|| before.cloned())
    }

    fn establishment_fields(&mut self, fields: &Fields, before: Establishment) -> Establishment {
        let (codes, day) = (self.ctx.codes, self.day());
        let notes = &mut self.notes;
        let industry_is_known = |code: &str| match day {
            Some(day) => codes.industry(code, day).is_some(),
            None => true,
        };
        let name = fields
            .optional("name")
            .and_then(|node| node.text(LONGEST_NAME, Lines::One, notes));
        let tax_code = fields
            .optional("tax_code")
            .and_then(|node| node.formed(FaultCode::TaxCode, validators::tax_code, notes));
        let address = fields
            .optional("address")
            .and_then(|node| node.text(500, Lines::One, notes));
        let industry_code = fields
            .optional("industry_code")
            .and_then(|node| node.listed(FaultCode::IndustryUnknown, industry_is_known, notes));
        let establishment_type_code = fields.optional("establishment_type_code").and_then(|node| {
            let is_known = |code: &str| codes.establishment_type(code).is_some();
            node.listed(FaultCode::EstablishmentTypeUnknown, is_known, notes)
        });
        let headcount = fields
            .optional("headcount")
            .and_then(|node| node.number(0, MOST_WORKERS, notes));
        let female_headcount = fields
            .optional("female_headcount")
            .and_then(|node| node.number(0, MOST_WORKERS, notes));
        let phone = fields
            .optional("phone")
            .and_then(|node| node.formed(FaultCode::Phone, validators::phone, notes));

        let counts_are_new = headcount.is_some() || female_headcount.is_some();
        let counts_are_sound = headcount.is_some() == fields.has("headcount")
            && female_headcount.is_some() == fields.has("female_headcount");
        let read = Establishment {
            name: name.or(before.name),
            tax_code: tax_code.or(before.tax_code),
            address: address.or(before.address),
            industry_code: industry_code.or(before.industry_code),
            establishment_type_code: establishment_type_code.or(before.establishment_type_code),
            headcount: headcount.or(before.headcount),
            female_headcount: female_headcount.or(before.female_headcount),
            phone: phone.or(before.phone),
        };
        if let (Some(all), Some(women)) = (read.headcount, read.female_headcount)
            && women > all
            && counts_are_new
            && counts_are_sound
        {
            self.fault_at(
                fields,
                "female_headcount",
                Weight::Optional,
                FaultCode::MoreWomenThanWorkers,
            );
        }
        read
    }
}
