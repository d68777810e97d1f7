#include "systems/support/papers.h"

#include "base/text.h"
#include "engines/ledger/tree.h"
#include "platform/documents/picture.h"

namespace tx::support {

Result<Json> read_paper(http::Context& context, Json input) {
  input.set("file_name", "").set("file_type", "").set("file_bytes", "").set("file_hash", "");
  if (context.request.uploads.empty() || context.request.uploads.front().bytes.empty()) return input;
  const auto& upload = context.request.uploads.front();
  std::string type = "application/pdf", bytes = upload.bytes;
  if (bytes.size() > documents::kPictureBytesMost) return refuse(Kind::invalid, "record.evidence_large", "file");
  if (!bytes.starts_with("%PDF-")) {
    const auto picture = documents::read_picture(bytes);
    if (picture.fault != documents::PictureFault::none) return refuse(Kind::invalid, "record.evidence_kind", "file");
    type = picture.kind;
    bytes = picture.bytes;
  }
  return input.set("file_name", shortened(normal_text(upload.file_name), 80)).set("file_type", type)
      .set("file_bytes", ledger::base64(bytes)).set("file_hash", ledger::hex(ledger::sha256(bytes)));
}

}  // namespace tx::support
