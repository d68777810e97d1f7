// A witness cosigns nothing that is not signed by a log that it knows; tile paths read and write the same; keys, too.
#include <cstdlib>
#include <string>

#include "engines/ledger/tiles.h"
#include "engines/ledger/witness.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace tx::ledger;
  const std::string text(reinterpret_cast<const char*>(data), size);
  static const Key log{"tongxin/log", {}, std::string(32, '\x17')}, witness = make_key("witness");
  const auto answer = answer_submission(text, {{log, 3, sha256("x")}}, witness, 1700000000);
  if (answer.accepted || answer.status == 200 || answer.forked) std::abort();   // nobody holds the secret of this log
  if (const auto submission = read_submission(text); submission && text_of(*submission) != text) std::abort();
  if (const auto tile = read_tile_path(text); tile && tile_path(*tile) != text) std::abort();
  for (const unsigned char type : {1, 4})
    if (const auto key = read_verifier_key(text, type); key && verifier_key(*key, type) != text) std::abort();
  (void)cosigned_at(text, witness);
  return 0;
}
