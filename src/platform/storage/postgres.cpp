#include "platform/storage/engine.h"
namespace tx::storage {
Result<std::unique_ptr<Engine>> open_postgres(const std::string&) { throw StorageFailure("not yet"); }
Result<void> restore_postgres(const std::string&, const std::string&) { throw StorageFailure("not yet"); }
}
