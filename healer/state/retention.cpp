#include "healer/state/retention.h"

#include <algorithm>
#include <set>

#include "healer/state/checkpoint.h"

namespace healer {
namespace {

bool is_under_way(State state) {
  return state != State::kGated && state != State::kExhausted && is_open(state);
}

// The state after a start from the journal's oldest records alone.
struct Memory {
  Memory(journal::Journal& journal, const base::Clock& clock, base::Now now)
      : ledger(journal, clock), reader(history, ledger, now) {}
  journal::TakeLine take_line() {
    return [this](std::string_view line) { return reader.take(line); };
  }

  History history;
  AlertStore ledger;
  CheckpointReader reader;
};

// How far records may be removed.
class Extent {
 public:
  Extent(std::uint64_t from, base::WallTime before) : last_(from), before_(before) {}

  void begin(const History& history) {
    for (const std::uint64_t number : history.open()) {
      if (is_under_way(history.incident(number)->state)) under_way_.insert(number);
    }
  }
  void take(const Entry& entry) {
    young_ = young_ || entry.record.at >= before_;
    if (young_) return;
    if (std::holds_alternative<IncidentOpened>(entry.record.fact)) under_way_.insert(entry.seq);
    if (const auto* moved = std::get_if<IncidentMoved>(&entry.record.fact)) {
      if (is_under_way(moved->to)) {
        under_way_.insert(moved->incident);
      } else {
        under_way_.erase(moved->incident);
      }
    }
    if (under_way_.empty()) last_ = entry.seq, until_ = entry.record.at;
    seen_ = entry.seq, seen_at_ = entry.record.at;
  }
  // All records were old, and an incident was being healed all the time.
  void take_all() { last_ = seen_, until_ = seen_at_; }

  std::uint64_t last() const { return last_; }
  base::WallTime until() const { return until_; }
  bool young() const { return young_; }

 private:
  std::uint64_t last_;
  base::WallTime until_{};
  std::uint64_t seen_ = 0;
  base::WallTime seen_at_{};
  base::WallTime before_;
  bool young_ = false;
  std::set<std::uint64_t> under_way_;
};

}  // namespace

bool is_older(journal::Journal& journal, base::WallTime before) {
  bool older = false;
  const auto read =
      journal.load([](std::string_view) -> base::Result<> { return {}; },
                   [&](const Entry& entry) { older = entry.record.at < before; }, journal.retired() + 1);
  return read && older;
}

base::Result<Retired> retire(journal::Journal& journal, const base::Clock& clock, base::Now now,
                             base::WallTime before) {
  const std::uint64_t from = journal.retired();
  const std::uint64_t checkpointed = journal.checkpointed();
  if (checkpointed <= from + 1) return Retired{};
  const std::uint64_t most = std::min(from + kRetiredAtOnce, checkpointed - 1);

  Extent extent(from, before);
  Memory at_begin(journal, clock, now);
  bool begun = false;
  const auto judged = journal.load(
      at_begin.take_line(),
      [&](const Entry& entry) {
        if (!std::exchange(begun, true)) extent.begin(at_begin.history);
        extent.take(entry);
      },
      most);
  if (!judged) return std::unexpected(judged.error());
  if (extent.last() == from && !extent.young() && most == from + kRetiredAtOnce) extent.take_all();
  if (extent.last() == from) return Retired{};

  Memory memory(journal, clock, now);
  const auto remembered =
      journal.load(memory.take_line(), [&](const Entry& entry) { memory.reader.take(entry); }, extent.last());
  if (!remembered) return std::unexpected(remembered.error());
  base::Result<> done;
  memory.ledger.settle([&](const std::vector<Entry>&, const auto& known) {
    done = journal.retire(extent.last(),
                          [&](const auto& line) { write_checkpoint(memory.history, known, now, line); });
  });
  if (!done) return std::unexpected(done.error());
  return Retired{.records = extent.last() - from, .until = extent.until(), .more = !extent.young()};
}

}  // namespace healer
