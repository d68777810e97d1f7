// Funds and gifts (F2). Tongxin collects nothing from the public (Charity Law art. 26, 27, 113): gifts are written down here by
// the body that received them, and public fund-raising is a link to the designated platform with certificate and filing
// number. Each gift keeps what it was given for (art. 54); each outflow names the gifts that it used, so that a donor sees
// where his money went; another use needs his yes (art. 56).
#pragma once
#include <optional>
#include <vector>

#include "systems/support/funds/model.h"
#include "systems/support/rights.h"

namespace tx::support {

struct FundInput {
  std::string organisation, name, purpose, platform, link, certificate_no, filing_no;
  Date from_day, until_day;
};
BOOST_DESCRIBE_STRUCT(FundInput, (), (organisation, name, purpose, platform, link, certificate_no, filing_no, from_day, until_day))
struct GiftInput {
  std::string kind, amount, goods, earmark, channel, donor, donor_no, bill_code, bill_no, bill_check, handler;
  bool bill_waived = false;
  Date day;
};
BOOST_DESCRIBE_STRUCT(GiftInput, (), (kind, amount, goods, earmark, channel, donor, donor_no, bill_code, bill_no, bill_check, handler, bill_waived, day))
struct OutflowInput {
  std::string what, payee, purpose, amount;
};
BOOST_DESCRIBE_STRUCT(OutflowInput, (), (what, payee, purpose, amount))

namespace fund_rules {   // pure
struct Due {
  std::string kind;
  Date day;
};
Date months_after(Date day, int months);   // the same day of the month, or its last
// Charity Law art. 79 and Order 81: a campaign of more than six months tells every three months; a full report and the use of the
// surplus within three months of its end; the year before by 31 May.
std::vector<Due> disclosures(Date from, Date until);
// Oldest first, never more than a gift has left. Empty: together they have not enough.
struct Left {
  std::int64_t gift = 0, fen = 0;
};
std::vector<Left> spread(const std::vector<Left>& gifts, std::int64_t fen);
}  // namespace fund_rules

std::optional<Fund> find_fund(storage::Reader& reader, std::int64_t id);
std::optional<Gift> find_gift(storage::Reader& reader, std::int64_t id);
std::optional<Gift> find_gift_by_number(storage::Reader& reader, const std::string& number);
std::string gift_account(std::int64_t gift);       // what is left of it
struct Sums {
  std::int64_t in = 0, goods = 0, out = 0, left = 0, gifts = 0;   // in, out, left: money; goods: their value
};
Sums sums_of(storage::Reader& reader, std::int64_t fund);
std::vector<GiftUse> uses_of(storage::Reader& reader, std::int64_t gift);

// Rules fund.name_missing, fund.purpose_missing, fund.not_yours, fund.days_wrong, fund.too_long, fund.certificate_missing, fund.link_wrong
Result<Fund> open_fund(storage::Tx& tx, const Book& book, const access::Roles& roles, const FundInput& input, const access::Actor& by);
// Rules gift.amount_wrong, gift.goods_missing, gift.bill_missing, gift.day_wrong, gift.donor_unknown
Result<Gift> record_gift(storage::Tx& tx, const identity::Vault& vault, const Book& book, std::int64_t fund, const GiftInput& input, const access::Actor& by);
// Rules outflow.what_missing, outflow.amount_wrong, outflow.not_enough (of what was given for this), outflow.same_person
Result<Outflow> ask_outflow(storage::Tx& tx, std::int64_t fund, const OutflowInput& input, const access::Actor& by);
Result<Outflow> decide_outflow(storage::Tx& tx, const Book& book, std::int64_t id, bool approve, const std::string& reason, const access::Actor& by);
// Rules gift.use_missing, gift.nothing_left, gift.not_asked
Result<Gift> ask_change(storage::Tx& tx, std::int64_t gift, const std::string& use, const std::string& reason);
Result<Gift> answer_change(storage::Tx& tx, const Book& book, const std::string& number, bool yes);
Result<void> disclose(storage::Tx& tx, std::int64_t fund, std::int64_t disclosure, const std::string& words, access::AccountId by);
int remind_of_disclosures(storage::Tx& tx);        // timed

void add_fund_routes(http::Router& router, const Services& services, const Book& book);
void add_fund_desk_routes(http::Router& router, const Services& services, const Book& book);
std::vector<storage::Migration> fund_migrations();
void demonstrate_funds(storage::Tx& tx, const identity::Vault& vault, const Book& book, const language::Catalogue& words);

}  // namespace tx::support
