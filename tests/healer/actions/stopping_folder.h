// A folder on the disk whose steps fail, or at which the world ends, when they are told to.
#pragma once

#include <stdexcept>
#include <utility>

#include "healer/actions/files/folder.h"

namespace tests {

// What a crash looks like from inside: nothing of ours runs after it.
struct Crash : std::runtime_error {
  Crash() : std::runtime_error("crash") {}
};

class StoppingFolder final : public healer::actions::Folder {
 public:
  enum class How { kFails, kCrashes };
  using Facts = healer::actions::FileFacts;

  explicit StoppingFolder(healer::actions::Folder& disk) : disk_(disk) {}

  // The step of that number, from 0, is the last that is not carried out; after a crash none is.
  void stop_at(int step, How how) {
    stop_ = step;
    how_ = how;
  }
  int steps() const { return step_; }
  bool stopped() const { return stop_ >= 0 && step_ > stop_; }

  base::Result<std::vector<Facts>> list() override {
    return step([&] { return disk_.list(); });
  }
  base::Result<base::Descriptor> open(const std::string& name) override {
    return step([&] { return disk_.open(name); });
  }
  base::Result<Facts> facts(const base::Descriptor& file, const std::string& name) override {
    return step([&] { return disk_.facts(file, name); });
  }
  base::Result<std::string> read(const base::Descriptor& file, std::size_t max_bytes) override {
    return step([&] { return disk_.read(file, max_bytes); });
  }
  base::Result<base::Descriptor> create(const std::string& name) override {
    return step([&] { return disk_.create(name); });
  }
  // A write that is stopped has got half of it to the disk.
  base::Result<> write(const base::Descriptor& file, std::string_view bytes) override {
    if (step_ == stop_) static_cast<void>(disk_.write(file, bytes.substr(0, bytes.size() / 2)));
    return step([&] { return disk_.write(file, bytes); });
  }
  base::Result<> dress(const base::Descriptor& file, const Facts& as) override {
    return step([&] { return disk_.dress(file, as); });
  }
  base::Result<> sync(const base::Descriptor& file) override {
    return step([&] { return disk_.sync(file); });
  }
  base::Result<> rename(const std::string& from, const std::string& to) override {
    return step([&] { return disk_.rename(from, to); });
  }
  base::Result<> sync_folder() override {
    return step([&] { return disk_.sync_folder(); });
  }
  base::Result<> remove(const Facts& file) override {
    return step([&] { return disk_.remove(file); });
  }

 private:
  template <class Do>
  auto step(const Do& act) -> decltype(act()) {
    const int now = step_++;
    if (stop_ >= 0 && how_ == How::kCrashes && now >= stop_) throw Crash();
    if (now == stop_) return base::fail("no space left on device");
    return act();
  }

  healer::actions::Folder& disk_;
  int step_ = 0;
  int stop_ = -1;
  How how_ = How::kFails;
};

}  // namespace tests
