// A journal in memory that fails or dies when told. Records go through their JSON, as in the real one.
#pragma once

#include <mutex>
#include <stdexcept>
#include <string>
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
  // Every append fails until `failing` is taken back.
  void set_failing(bool failing) { failing_ = failing; }
  void set_set_aside(std::string why) { set_aside_ = std::move(why); }
  int appends() const { return appends_; }
  const std::vector<healer::Entry>& entries() const { return entries_; }
  // As after a crash: only this many records have reached the disk.
  void cut_to(std::size_t records) {
    entries_.resize(records);
    if (checkpoint_ > records) checkpoint_ = 0;
  }
  // A checkpoint is asked for after every turn that wrote something.
  void set_eager(bool eager) { eager_ = eager; }
  // What the next recall() hands over in place of the first line of the checkpoint.
  void spoil_checkpoint(std::string line) { lines_.at(0) = std::move(line); }

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
  base::Result<> load(const std::function<void(const healer::Entry&)>& each) override {
    for (const healer::Entry& entry : entries_) each(entry);
    return {};
  }
  base::Result<> checkpoint(const std::function<void(const Lines&)>& save) override {
    lines_.clear();
    save([this](std::string_view line) { lines_.emplace_back(line); });
    checkpoint_ = entries_.size();
    return {};
  }
  base::Result<> recall(const std::function<base::Result<>(std::string_view)>& line,
                        const std::function<void(const healer::Entry&)>& each) override {
    for (std::size_t i = 0; checkpoint_ != 0 && i < lines_.size(); ++i) {
      if (auto taken = line(lines_[i]); !taken) return taken;
    }
    for (std::size_t i = checkpoint_; i < entries_.size(); ++i) each(entries_[i]);
    return {};
  }
  std::uint64_t since_checkpoint() const override {
    const std::uint64_t count = entries_.size() - checkpoint_;
    return eager_ && count > 0 ? 1'000'000 : count;
  }
  std::optional<std::string> last_error() const override { return last_error_; }
  std::optional<std::string> set_aside() const override { return set_aside_; }

 private:
  std::vector<healer::Entry> entries_;
  std::vector<std::string> lines_;  // of the checkpoint
  std::size_t checkpoint_ = 0;      // entries that it stands for
  bool eager_ = false;
  std::optional<std::string> last_error_;
  std::optional<std::string> set_aside_;
  bool failing_ = false;
  Fault fault_ = Fault::kNone;
  int nth_ = 0;
  int appends_ = 0;
};

}  // namespace tests
