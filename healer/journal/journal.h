// The durable record of what the healer did.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "healer/journal/records/record.h"

namespace healer::journal {

// Takes lines that a Save produced. Only their writer understands them. An error ends the reading.
using TakeLine = std::function<base::Result<>(std::string_view)>;
using TakeEntry = std::function<void(const Entry&)>;
// Produces lines, one at a time.
using Save = std::function<void(const std::function<void(std::string_view)>&)>;

inline constexpr std::uint64_t kNewest = std::numeric_limits<std::uint64_t>::max();

// Thread-safe. Callbacks must not call the journal.
class Journal {
 public:
  virtual ~Journal() = default;
  // All of `records` or none, durable on return: the sequence numbers, without gaps, in order. Blocks for one
  // fsync. After an error none of them is stored, and a later call may succeed.
  virtual base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) = 0;
  // Passes everything on in order: the lines that replace removed records, if any, and then the records up to
  // `last`, one at a time, because the journal may not fit into memory. After an error a part was passed on.
  // Blocks.
  virtual base::Result<> load(const TakeLine& line, const TakeEntry& each, std::uint64_t last) = 0;

  // Stores the state as of the last record. Replaces the previous checkpoint in one transaction, durable on
  // return. Blocks.
  virtual base::Result<> checkpoint(const Save& /*save*/) { return {}; }
  // The same without blocking the caller where possible: `save` may be called later, once, by another thread.
  // An error means that none is written. A later error is logged, and checkpointed() stays unchanged.
  virtual base::Result<> checkpoint_beside(Save save) { return checkpoint(save); }
  // Whether one is being written.
  virtual bool checkpointing() const { return false; }
  // Passes on the lines of the last checkpoint and then the records after it; without a checkpoint, the same
  // as load(). Blocks.
  virtual base::Result<> recall(const TakeLine& line, const TakeEntry& each) {
    return load(line, each, kNewest);
  }
  // The last record that the checkpoint covers; 0: there is none.
  virtual std::uint64_t checkpointed() const { return 0; }
  // Records after the last checkpoint.
  virtual std::uint64_t since_checkpoint() const { return 0; }

  // Removes every record up to `last`, which must be older than checkpointed(). The lines of `save` replace
  // them and all that were removed before. One transaction, durable on return; then the space is freed.
  // Blocks.
  virtual base::Result<> retire(std::uint64_t /*last*/, const Save& /*save*/) {
    return base::fail("this journal does not support removing records");
  }
  // The last record that was removed; 0: none.
  virtual std::uint64_t retired() const { return 0; }

  // Why the last append failed; nothing if it succeeded.
  virtual std::optional<std::string> last_error() const = 0;
  // Why the previous file could not be used and was quarantined; nothing if it could be used.
  virtual std::optional<std::string> quarantined() const { return std::nullopt; }
  // Why the newest records of an intact journal may be missing; nothing if they are present.
  virtual std::optional<std::string> unproven() const { return std::nullopt; }
  virtual std::uint64_t errors_total() const { return 0; }
  virtual std::uint64_t bytes() const { return 0; }
  // The number of records in the journal.
  virtual std::uint64_t records() const { return 0; }
};

}  // namespace healer::journal
