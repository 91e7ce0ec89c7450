// A stack whose steps succeed until one is told to fail, and remembers which were taken.
#pragma once

#include <string>
#include <vector>

#include "healer/actions/maintenance/rebuild/stack.h"

namespace tests {

class FakeStack final : public healer::rebuild::Stack {
 public:
  using Answer = base::Result<std::string>;

  Answer look(base::Deadline) override { return take("look"); }
  Answer build(base::Deadline) override { return take("build"); }
  Answer stop(base::Deadline deadline) override {
    to_stop = deadline.remaining();
    return take("stop");
  }
  Answer remove(const std::vector<std::string>& volumes, base::Deadline) override {
    removed = volumes;
    return take("remove");
  }
  Answer start(base::Deadline) override { return take("start"); }
  std::string manual_command() const override { return "compose up"; }
  base::Duration beyond_plan() const override { return longer; }

  std::string fails;  // the step that does
  std::vector<std::string> taken;
  std::vector<std::string> removed;
  base::Duration longer{};
  base::Duration to_stop{};  // the time that stop() was given

 private:
  Answer take(const std::string& step) {
    taken.push_back(step);
    if (step == fails) return base::fail("it broke");
    return step + " done";
  }
};

}  // namespace tests
