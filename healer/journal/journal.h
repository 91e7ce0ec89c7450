// Where the healer's memory survives it.
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
#include "healer/record.h"

namespace healer::journal {

// Takes lines that a Save once handed over: text that only its writer reads. An error ends the reading.
using TakeLine = std::function<base::Result<>(std::string_view)>;
using TakeEntry = std::function<void(const Entry&)>;
// Hands over lines, one at a time.
using Save = std::function<void(const std::function<void(std::string_view)>&)>;

inline constexpr std::uint64_t kNewest = std::numeric_limits<std::uint64_t>::max();

// Thread-safe. Nothing that is called back may call the journal.
class Journal {
 public:
  virtual ~Journal() = default;
  // All of `records` or none, durable on return: the sequence numbers, without gaps, in order. Blocks for one
  // fsync. After an error nothing of them is stored, and a later call may succeed.
  virtual base::Result<std::vector<std::uint64_t>> append(std::span<const Record> records) = 0;
  // Hands over everything, in order: the lines that stand for the records that were removed, if any were, and
  // then the records up to `last`, one at a time: the journal may be larger than what fits into memory. After
  // an error it has handed over a part. Blocks.
  virtual base::Result<> load(const TakeLine& line, const TakeEntry& each, std::uint64_t last) = 0;

  // What all records up to the last one amount to. It takes the place of the one before, in one transaction,
  // durable on return. Blocks.
  virtual base::Result<> checkpoint(const Save& /*save*/) { return {}; }
  // The same without blocking the caller where possible: `save` may be called later, once, by another thread.
  // An error means that nothing comes of it; an error later is logged, and checkpointed() stays as it is.
  virtual base::Result<> checkpoint_beside(Save save) { return checkpoint(save); }
  // Whether one is being written.
  virtual bool checkpointing() const { return false; }
  // Hands over the lines of the last checkpoint and then the records after it; as load() does where there is
  // none. Blocks.
  virtual base::Result<> recall(const TakeLine& line, const TakeEntry& each) {
    return load(line, each, kNewest);
  }
  // The last record that the checkpoint stands for; 0: there is none.
  virtual std::uint64_t checkpointed() const { return 0; }
  // Records after the last checkpoint.
  virtual std::uint64_t since_checkpoint() const { return 0; }

  // Removes every record up to `last`, which is older than the one of checkpointed(): from now on `save`
  // stands for them and for all that were removed before. One transaction, durable on return; then their room
  // is given back. Blocks.
  virtual base::Result<> retire(std::uint64_t /*last*/, const Save& /*save*/) {
    return base::fail("this journal does not support removing records");
  }
  // The last record that was removed; 0: none was.
  virtual std::uint64_t retired() const { return 0; }

  // Why the last append failed; nothing when it succeeded.
  virtual std::optional<std::string> last_error() const = 0;
  // Why the file of before could not be used and was put aside; nothing when it could.
  virtual std::optional<std::string> set_aside() const { return std::nullopt; }
  // Why the newest records of a journal that is whole may be missing; nothing when they are there.
  virtual std::optional<std::string> unproven() const { return std::nullopt; }
  virtual std::uint64_t errors_total() const { return 0; }
  virtual std::uint64_t bytes() const { return 0; }
  // That are there.
  virtual std::uint64_t records() const { return 0; }
};

}  // namespace healer::journal
