// Causes that come and go in any order, evidence that breaks off, crashes before and after a move is durable:
// no permission is ever beyond what every cause allows, and nothing loosens but by one step on evidence that
// held for its time.
#include <algorithm>
#include <random>

#include "healer/engine/policy/machine.h"
#include "tests/catch.h"

using namespace healer;
using namespace healer::policy;
using namespace std::chrono_literals;

namespace {

constexpr int kSequences = 20'000;
constexpr int kSteps = 60;
constexpr base::Duration kDwell = 2min;

class Sequence {
 public:
  explicit Sequence(std::uint32_t seed)
      : random_(seed), standing_(standing_at(Policy::kNoNewTrades, profile_)), durable_(standing_) {}

  void step_once() {
    change();
    const PolicyState before = standing_;
    const Step next = step(standing_, {causes_, fresh_}, now_, kDwell, profile_);
    if (!fresh_) calm_since_ = now_;
    if (next.loosened) judge_loosening(before, next.standing);
    // A step that loosens counts once it is durable; a crash before that leaves what was.
    const bool crashes = draw(12) == 0;
    const bool written = draw(2) == 0;
    if (!next.loosened || !crashes || written) standing_ = next.standing;
    if (!crashes || written) durable_ = standing_;
    judge();
    if (crashes) restart();
  }

 private:
  std::uint32_t draw(std::uint32_t below) { return random_() % below; }

  void change() {
    for (std::uint32_t changes = draw(3); changes > 0; --changes) {
      if (causes_.empty() || draw(2) == 0) {
        causes_.push_back({static_cast<Policy>(draw(5)), "cause", draw(5) == 0});
        if (causes_.back().demands == Policy::kEmergencyShutdown && draw(4) != 0)
          causes_.back().demands = Policy::kSafeRiskProfile;
      } else {
        causes_.erase(causes_.begin() + draw(static_cast<std::uint32_t>(causes_.size())));
      }
    }
    if (draw(8) == 0) fresh_ = !fresh_;
    if (draw(20) == 0 && strictest(causes_) != Policy::kEmergencyShutdown) standing_ = release(standing_);
    if (draw(40) == 0) profile_ = {1.0 + draw(10), 0.25 * (1 + draw(4))};
    now_ += std::chrono::seconds(draw(90));
  }

  void restart() {
    standing_ = durable_;
    standing_.healthy_since.reset();
    calm_since_ = now_;
    standing_ = step(standing_, {causes_, fresh_}, now_, kDwell, profile_).standing;
    durable_ = standing_;
    judge();
  }

  void judge_loosening(const PolicyState& before, const PolicyState& after) const {
    REQUIRE(fresh_);
    REQUIRE_FALSE(before.latched);
    REQUIRE(static_cast<int>(before.level) - static_cast<int>(after.level) <= 1);
    REQUIRE(now_ - calm_since_ >= kDwell);
    REQUIRE(at_most(after.permissions, permissions_of(after.level, profile_)));
  }

  void judge() const {
    const Permissions holds = in_force(standing_, causes_, profile_);
    REQUIRE(standing_.level >= strictest(causes_));
    REQUIRE(at_most(holds, permissions_of(standing_.level, profile_)));
    for (const Cause& cause : causes_) {
      REQUIRE(at_most(holds, permissions_of(cause.demands, profile_)));
      if (cause.halts) REQUIRE(at_most(holds, halted()));
    }
    // One who reads only the word opens nothing that the permissions forbid.
    if (standing_.level < Policy::kNoNewTrades) REQUIRE(may_open(holds));
    if (standing_.latched) REQUIRE(standing_.level == Policy::kEmergencyShutdown);
  }

  std::mt19937 random_;
  RiskProfile profile_{};
  PolicyState standing_;
  PolicyState durable_;
  std::vector<Cause> causes_;
  bool fresh_ = true;
  base::MonoTime now_{1h};
  base::MonoTime calm_since_ = now_;
};

}  // namespace

TEST_CASE("no sequence of causes, gaps and crashes allows what a standing cause forbids") {
  for (std::uint32_t seed = 1; seed <= kSequences; ++seed) {
    INFO("seed " << seed);
    Sequence sequence(seed);
    for (int i = 0; i < kSteps; ++i) sequence.step_once();
  }
  WARN(kSequences << " sequences of " << kSteps << " steps");
}
