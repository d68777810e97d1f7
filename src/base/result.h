// Refusals as values. A function at the edge of a room returns Result<T>: either the value, or a Refusal that
// carries the stable id of the rule that said no. The rule id is at the same time the key of the text in both
// message catalogues, so "where does this sentence come from?" is one search. Exceptions are for what no caller
// can handle (disk gone, malformed database); assertions (TX_ASSERT) are for bugs and stay on in release builds.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace tx {

enum class Kind {
  invalid,          // 422: the input breaks a rule
  unauthenticated,  // 401: who are you?
  forbidden,        // 403
  not_found,        // 404
  conflict,         // 409: state has moved on, or the same key came with other content
  too_late,         // 409: a deadline has passed
  full,             // 409: no place left
  too_many,         // 429: rate limit
  unavailable,      // 503: queue full, try again later
};

struct Refusal {
  Kind kind = Kind::invalid;
  std::string rule;   // e.g. "need.cash_refused"; also the catalogue key
  std::string field;  // form field at fault, empty if none
  std::vector<std::pair<std::string, std::string>> args;  // placeholders of the catalogue text
};

template <class T>
using Result = tl::expected<T, Refusal>;

inline tl::unexpected<Refusal> refuse(Kind kind, std::string rule, std::string field = {},
                                      std::vector<std::pair<std::string, std::string>> args = {}) {
  return tl::unexpected<Refusal>(Refusal{kind, std::move(rule), std::move(field), std::move(args)});
}

int http_status(Kind kind);

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace tx

// Value of a Result, or return its refusal from the enclosing function.
#define TX_TRY(expression)                                                  \
  __extension__({                                                           \
    auto tx_try_result = (expression);                                      \
    if (!tx_try_result) return tl::unexpected(std::move(tx_try_result.error())); \
    std::move(*tx_try_result);                                              \
  })
// Same for Result<void>.
#define TX_CHECK(expression)                                                \
  do {                                                                      \
    auto tx_check_result = (expression);                                    \
    if (!tx_check_result) return tl::unexpected(std::move(tx_check_result.error())); \
  } while (false)
#define TX_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::tx::assertion_failed(#expression, __FILE__, __LINE__))
