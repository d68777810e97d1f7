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
  std::string state, reason;       // valid, superseded, revoked, erased
  Instant at, changed;
  std::string lines;               // JSON: what was done for whom, as it stood when it was issued (art. 15)
  std::string split() const;       // "A 30.00 · D 4.50"
  std::int64_t total() const { return minutes_a + minutes_b + minutes_c + minutes_d; }
};
BOOST_DESCRIBE_STRUCT(Certificate, (), (id, number, volunteer, volunteer_no, name_sealed, from_day, to_day, minutes_a, minutes_b,
                                        minutes_c, minutes_d, text, url, state, reason, at, changed, lines))

// A line of the paper: content, recording unit, times and minutes.
struct CertifiedLine {
  std::string title, unit;         // title: a text, or the key of a service; unit empty: through the residents' desk
  std::int64_t times = 0, minutes = 0;
  std::string grades;              // "AC": what its minutes rest on; empty on papers from before
};
BOOST_DESCRIBE_STRUCT(CertifiedLine, (), (title, unit, times, minutes, grades))
std::vector<CertifiedLine> lines_of(const Certificate& certificate);
Json logged(const Certificate& certificate);   // as the log keeps it; papers from before the lines lack them

struct CertificateInput {
  std::string from_day, to_day;
};
BOOST_DESCRIBE_STRUCT(CertificateInput, (), (from_day, to_day))
// Rules: certificate.days, certificate.nothing, certificate.same (the same days and minutes are certified already)
Result<Certificate> issue(storage::Tx& tx, const Book& book, const identity::Vault& vault, std::int64_t volunteer,
                          const CertificateInput& input, const std::string& address);   // address: of the verify page
std::vector<Certificate> certificates_of(storage::Reader& reader, std::int64_t volunteer);
std::optional<Certificate> find_certificate(storage::Reader& reader, std::string number);   // blanks and small letters allowed
std::string spaced(const std::string& number);
std::string paper(const Certificate& certificate, const std::string& name, const language::Catalogue& words);   // PDF
// The same as an Open Badges 3.0 credential (W3C Verifiable Credential), signed with eddsa-jcs-2022; the same row gives the same bytes.
Json credential(const Certificate& certificate, const std::string& name, const Book& book, const language::Catalogue& words);

// ---- the recording unit's stamp on a certificate (art. 15: on request)
struct SealRequest {
  std::int64_t id = 0, certificate = 0, volunteer = 0, organisation = 0;   // organisation 0: the residents' desk of the region
  std::string region, state, words;   // flow "seal"
  access::AccountId asked_by, decided_by;
  Instant due, created, decided;
};
BOOST_DESCRIBE_STRUCT(SealRequest, (), (id, certificate, volunteer, organisation, region, state, words, asked_by, decided_by, due, created, decided))
std::optional<SealRequest> find_seal_request(storage::Reader& reader, std::int64_t id);
void add_seal_routes(http::Router& router);

void certificates_after(storage::Tx& tx, const Book& book, const HoursChanged& change);   // hours voided: papers made from them end

void add_certificate_routes(http::Router& router, const Services& services, const Book& book);

}  // namespace tx::support
