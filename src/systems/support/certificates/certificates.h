// Certificates (志愿服务记录证明): made by the volunteer from the own record, free, at any time (Decree 67 art. 14); checked by
// anybody, with the paper alone or on the page (art. 17). The paper is made again byte for byte from its row.
#pragma once
#include "platform/http/http.h"
#include "systems/support/book/book.h"
#include "systems/support/support.h"

namespace tx::support {

struct Certificate {
  std::int64_t id = 0;
  std::string number;              // 16 letters and digits, says nothing about the person
  std::int64_t volunteer = 0;
  std::string volunteer_no, name_sealed;
  Date from_day, to_day;
  std::int64_t minutes_a = 0, minutes_b = 0, minutes_c = 0, minutes_d = 0;
  std::string text, url;           // signed payload of the QR code, and the page that it opens
  std::string state, reason;       // valid, superseded, revoked
  Instant at, changed;
  std::int64_t total() const { return minutes_a + minutes_b + minutes_c + minutes_d; }
};
BOOST_DESCRIBE_STRUCT(Certificate, (), (id, number, volunteer, volunteer_no, name_sealed, from_day, to_day, minutes_a, minutes_b,
                                        minutes_c, minutes_d, text, url, state, reason, at, changed))

struct CertificateInput {
  std::string from_day, to_day;
};
BOOST_DESCRIBE_STRUCT(CertificateInput, (), (from_day, to_day))
// Rules: certificate.days, certificate.nothing, certificate.same (the same days and minutes are certified already)
Result<Certificate> issue(storage::Tx& tx, const Book& book, const identity::Vault& vault, std::int64_t volunteer,
                          const CertificateInput& input, const std::string& address);   // address: of the verify page
std::vector<Certificate> certificates_of(storage::Reader& reader, std::int64_t volunteer);
std::string paper(const Certificate& certificate, const std::string& name, const language::Catalogue& words);   // PDF

void certificates_after(storage::Tx& tx, const Book& book, const HoursChanged& change);   // hours voided: papers made from them end

void add_certificate_routes(http::Router& router, const Services& services, const Book& book);

}  // namespace tx::support
