// What the decider's turns leave behind in the journal, and a start takes from it.
#include <algorithm>
#include <utility>

#include "base/log.h"
#include "healer/checkpoint.h"
#include "healer/decider.h"
#include "healer/retention.h"

namespace healer {
namespace {

using namespace std::chrono_literals;

// Records that a start reads at most, beside the checkpoint; at a clean stop it is worth its while earlier.
constexpr std::uint64_t kCheckpointEvery = 5000;
constexpr std::uint64_t kCheckpointAtStop = 500;
constexpr base::Duration kCheckpointRetry = 1min;
// Between two looks for old records; a shorter retention asks for more.
constexpr base::Duration kRetireEvery = 1h;
constexpr base::Duration kRetireMore = 1s;

}  // namespace

base::Result<> Decider::remember() {
  CheckpointReader checkpoint(history_, ledger_, now_);
  const auto recalled =
      journal_.recall([&checkpoint](std::string_view line) { return checkpoint.take(line); },
                      [&checkpoint](const Entry& entry) { checkpoint.take(entry); });
  if (recalled) return {};
  // All that it says stands in the records as well.
  base::log::warn("the journal's checkpoint cannot be used: every record is read",
                  {{"reason", recalled.error().message}});
  history_ = History();
  ledger_.forget();
  CheckpointReader all(history_, ledger_, now_);
  return journal_.load([&all](std::string_view line) { return all.take(line); },
                       [&all](const Entry& entry) { all.take(entry); }, journal::kNewest);
}

void Decider::checkpoint() {
  if (failing_since_ || journal_.since_checkpoint() < (stopping_ ? kCheckpointAtStop : kCheckpointEvery))
    return;
  if (checkpoint_after_ && now_.mono < *checkpoint_after_) return;
  write_checkpoint_now();
}

bool Decider::write_checkpoint_now() {
  base::Result<> done;
  ledger_.settle([&](const std::vector<Entry>& fresh, const auto& known) {
    for (const Entry& entry : fresh) history_.apply(entry, now_.mono);
    if (!fresh.empty()) {
      chain_changed_ = true;
      due(now_.mono);
    }
    done = journal_.checkpoint([&](const auto& line) { write_checkpoint(history_, known, now_, line); });
  });
  checkpoint_after_.reset();
  if (done) return true;
  checkpoint_after_ = now_.mono + kCheckpointRetry;
  base::log::warn("no checkpoint: the next start reads more records", {{"error", done.error().message}});
  return false;
}

// Not in the first hour of a life, nor in one after the wall clock was set: what is old is told by that clock
// alone, and what is removed does not come back.
void Decider::retire() {
  const base::Duration keep = config_->journal.retention;
  const base::Duration every = std::clamp<base::Duration>(keep / 4, kRetireMore, kRetireEvery);
  if (!retire_at_ || !fitness_.clock.empty()) retire_at_ = now_.mono + every;
  if (failing_since_ || stopping_ || now_.mono < *retire_at_) return due(retire_at_);
  retire_at_ = now_.mono + every;
  const base::WallTime before = now_.wall - keep;
  if (is_older(journal_, before) &&
      (journal_.checkpointed() > journal_.retired() + kRetiredAtOnce || write_checkpoint_now())) {
    const auto retired = healer::retire(journal_, clock_, now_, before);
    if (!retired) {
      base::log::warn("old records stay in the journal", {{"error", retired.error().message}});
    } else if (retired->records > 0) {
      base::log::info("old records were removed from the journal", {{"records", retired->records},
                                                                    {"until", base::rfc3339(retired->until)},
                                                                    {"journal_bytes", journal_.bytes()}});
      if (retired->more) retire_at_ = now_.mono + kRetireMore;
    }
  }
  due(retire_at_);
}

}  // namespace healer
