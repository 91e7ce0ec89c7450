// A journal in memory that fails or dies when told. Records go through their JSON, as in the real one.
#pragma once

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "healer/journal/journal.h"

namespace tests {

// The process is gone. Deliberately no std::exception: nothing may catch it on the way.
struct Crash {};

class FakeJournal final : public healer::journal::Journal {
 public:
  enum class Fault { kNone, kFail, kCrashBefore, kCrashAfter };

  // The fault befalls append number `nth` (1: the first), once.
  void befall(Fault fault, int nth) {
    fault_ = fault;
    nth_ = nth;
  }
  // The fault befalls the next checkpoint, or the next removal of old records, once.
  void befall_checkpoint(Fault fault) { next_checkpoint_ = fault; }
  // Every append fails until `failing` is taken back.
  void set_failing(bool failing) { failing_ = failing; }
  void set_quarantined(std::string why) {
    quarantined_ = why.empty() ? std::nullopt : std::optional(std::move(why));
  }
  void set_unproven(std::string why) { unproven_ = std::move(why); }
  int appends() const { return appends_; }
  const std::vector<healer::Entry>& entries() const { return entries_; }
  // As after a crash: only this many records have reached the disk.
  void cut_to(std::size_t records) {
    entries_.resize(records);
    if (checkpoint_ > records) checkpoint_ = 0;
    if (retired_ > records) retired_ = 0, base_lines_.clear();
  }
  // A checkpoint is asked for after every turn that wrote something.
  void set_eager(bool eager) { eager_ = eager; }
  // What the next recall() hands over in place of the first line of the checkpoint.
  void spoil_checkpoint(std::string line) { lines_.at(0) = std::move(line); }
  // As when it is damaged.
  void lose_checkpoint() { checkpoint_ = 0; }

  base::Result<std::vector<std::uint64_t>> append(std::span<const healer::Record> records) override {
    const Fault fault = ++appends_ == nth_ ? fault_ : Fault::kNone;
    if (fault == Fault::kCrashBefore) throw Crash{};
    if (fault == Fault::kFail || failing_) {
      last_error_ = "disk full";
      return base::fail("{}", *last_error_);
    }
    last_error_.reset();
    std::vector<std::uint64_t> seqs;
    for (const healer::Record& record : records) {
      const auto kept = healer::decode(healer::encode(record));
      if (!kept) throw std::logic_error(kept.error().message);
      seqs.push_back(entries_.size() + 1);
      entries_.push_back({seqs.back(), *kept});
    }
    if (fault == Fault::kCrashAfter) throw Crash{};
    return seqs;
  }
  base::Result<> load(const healer::journal::TakeLine& line, const healer::journal::TakeEntry& each,
                      std::uint64_t last) override {
    if (auto taken = hand_over(base_lines_, line); !taken) return taken;
    for (std::size_t i = retired_; i < std::min<std::uint64_t>(entries_.size(), last); ++i) each(entries_[i]);
    return {};
  }
  base::Result<> checkpoint(const healer::journal::Save& save) override {
    const Fault fault = std::exchange(next_checkpoint_, Fault::kNone);
    if (fault == Fault::kCrashBefore) throw Crash{};
    if (fault == Fault::kFail) return base::fail("disk full");
    lines_.clear();
    save([this](std::string_view line) { lines_.emplace_back(line); });
    checkpoint_ = entries_.size();
    if (fault == Fault::kCrashAfter) throw Crash{};
    return {};
  }
  base::Result<> recall(const healer::journal::TakeLine& line,
                        const healer::journal::TakeEntry& each) override {
    if (checkpoint_ == 0) return load(line, each, healer::journal::kNewest);
    if (auto taken = hand_over(lines_, line); !taken) return taken;
    for (std::size_t i = checkpoint_; i < entries_.size(); ++i) each(entries_[i]);
    return {};
  }
  // entries() still has what was removed: a test may want to know.
  base::Result<> retire(std::uint64_t last, const healer::journal::Save& save) override {
    if (last <= retired_ || last >= checkpoint_) throw std::logic_error("retire() out of bounds");
    const Fault fault = std::exchange(next_checkpoint_, Fault::kNone);
    if (fault == Fault::kCrashBefore) throw Crash{};
    if (fault == Fault::kFail) return base::fail("disk full");
    base_lines_.clear();
    save([this](std::string_view line) { base_lines_.emplace_back(line); });
    retired_ = last;
    if (fault == Fault::kCrashAfter) throw Crash{};
    return {};
  }
  std::uint64_t retired() const override { return retired_; }
  std::uint64_t records() const override { return entries_.size() - retired_; }
  std::uint64_t checkpointed() const override { return checkpoint_; }
  std::uint64_t since_checkpoint() const override {
    const std::uint64_t count = entries_.size() - std::max<std::size_t>(checkpoint_, retired_);
    return eager_ && count > 0 ? 1'000'000 : count;
  }
  std::optional<std::string> last_error() const override { return last_error_; }
  std::optional<std::string> quarantined() const override { return quarantined_; }
  std::optional<std::string> unproven() const override { return unproven_; }

 private:
  std::vector<healer::Entry> entries_;
  static base::Result<> hand_over(const std::vector<std::string>& lines,
                                  const healer::journal::TakeLine& line) {
    for (const std::string& each : lines) {
      if (auto taken = line(each); !taken) return taken;
    }
    return {};
  }

  std::vector<std::string> lines_;  // of the checkpoint
  std::size_t checkpoint_ = 0;      // entries that it stands for
  std::vector<std::string> base_lines_;
  std::size_t retired_ = 0;  // entries that those stand for
  bool eager_ = false;
  std::optional<std::string> last_error_;
  std::optional<std::string> quarantined_;
  std::optional<std::string> unproven_;
  bool failing_ = false;
  Fault fault_ = Fault::kNone;
  Fault next_checkpoint_ = Fault::kNone;
  int nth_ = 0;
  int appends_ = 0;
};

}  // namespace tests
