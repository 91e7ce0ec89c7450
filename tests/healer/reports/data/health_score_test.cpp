#include "healer/reports/data/health_score.h"

#include <random>

#include "tests/catch.h"

using namespace healer::reports;
using namespace std::chrono_literals;

namespace {

ScoreInput perfect() {
  ScoreInput input;
  input.services = std::vector<ScoreInput::Service>{{"exchange", "critical", 0.0, true, {}},
                                                    {"redis", "partial", 0.0, true, {}},
                                                    {"grafana", "none", 0.0, true, {}}};
  input.exhausted = 0u;
  input.failing_tasks = 0u;
  input.approvals = 0u;
  input.failed_validation = 0u;
  input.log_hours_over = 0u;
  input.regressions = 0u;
  input.capacity_soon = 0u;
  input.coverage = 1.0;
  return input;
}

void fail_for(ScoreInput::Service& service, base::Duration down) {
  service.down = down;
  service.spent = static_cast<double>(down / 1s) / 604.8;
}

int sum(const Score& score) {
  int points = 0;
  for (const auto& item : score.items) points += item.points.value_or(0);
  return points;
}

template <class T, class Random>
Known<T> some(T value, Random& random) {
  return random() % 5 == 0 ? Known<T>::unknown("not asked") : Known<T>(value);
}

ScoreInput any(std::mt19937& random) {
  ScoreInput input = perfect();
  for (auto& service : *input.services) {
    if (random() % 2 == 0) fail_for(service, std::chrono::seconds(random() % 4000));
    if (random() % 6 == 0) service.spent.reset();
    service.whole = random() % 4 != 0;
  }
  if (random() % 8 == 0) input.services = Known<std::vector<ScoreInput::Service>>::unknown("down");
  input.exhausted = some<std::uint64_t>(random() % 5, random);
  input.failing_tasks = some<std::uint64_t>(random() % 5, random);
  input.approvals = some<std::uint64_t>(random() % 5, random);
  input.failed_validation = some<std::uint64_t>(random() % 5, random);
  input.log_hours_over = some<std::uint64_t>(random() % 30, random);
  input.regressions = some<std::uint64_t>(random() % 5, random);
  input.capacity_soon = some<std::uint64_t>(random() % 5, random);
  input.coverage = some(static_cast<double>(random() % 101) / 100, random);
  return input;
}

template <class T>
void worsen(Known<T>& figure, T by, std::mt19937& random) {
  if (figure && random() % 2 == 0) *figure += by;
  if (!figure && random() % 2 == 0) figure = by;  // it becomes known
}

ScoreInput worse(ScoreInput input, std::mt19937& random) {
  if (input.services) {
    for (auto& service : *input.services) {
      if (random() % 2 == 0) fail_for(service, service.down + std::chrono::seconds(random() % 2000));
    }
  }
  for (auto* figure : {&input.exhausted, &input.failing_tasks, &input.approvals, &input.failed_validation,
                       &input.log_hours_over, &input.regressions, &input.capacity_soon}) {
    worsen<std::uint64_t>(*figure, random() % 4, random);
  }
  if (input.coverage) *input.coverage *= static_cast<double>(random() % 101) / 100;
  return input;
}

}  // namespace

TEST_CASE("a week without fault scores 100, and nothing is deducted") {
  const Score score = score_of(perfect());
  CHECK(score.value == 100);
  CHECK(sum(score) == 0);
  CHECK_FALSE(score.at_most);
}

TEST_CASE("down time deducts by the error budget it used") {
  ScoreInput input = perfect();
  fail_for((*input.services)[1], 1210s);  // twice the budget of one that trading depends on partly
  const Score score = score_of(input);
  CHECK(score.items.front().points == 6);
  CHECK(score.items.front().reason == "redis used 200.1 % of its error budget");
  CHECK(score.value == 94);
}

TEST_CASE("the outage of a container counts once, however many subsystems run in it") {
  ScoreInput input = perfect();
  for (const char* tenant : {"universe_os", "portfolio_balancer"})
    input.services->push_back({tenant, "partial", 0.0, true, {}, "redis_container"});
  (*input.services)[1].container = "redis_container";
  for (std::size_t i : {1u, 3u, 4u}) fail_for((*input.services)[i], 1210s);
  CHECK(score_of(input).items.front().points == 6);
}

TEST_CASE("the score is capped when what trading depends on critically was down") {
  const auto [down, value] =
      GENERATE(table<base::Duration, int>({{0s, 100}, {5s, 89}, {600s, 89}, {605s, 69}, {86400s, 69}}));
  ScoreInput input = perfect();
  fail_for((*input.services)[0], down);
  const Score score = score_of(input);
  CHECK(score.value == value);
  CHECK(sum(score) == 100 - value);
}

TEST_CASE("what is unknown deducts nothing, and the score is the most it can be") {
  ScoreInput input = perfect();
  input.log_hours_over = Known<std::uint64_t>::unknown("Prometheus could not be queried");
  const Score score = score_of(input);
  CHECK(score.value == 100);
  CHECK(score.at_most);
  CHECK(score.items[5].name == "Logs");
  CHECK(score.items[5].points == std::nullopt);
  CHECK(score.items[5].reason == "Prometheus could not be queried");
}

TEST_CASE("without anything known of availability there is no score") {
  ScoreInput input = perfect();
  for (auto& service : *input.services) service.spent.reset();
  CHECK(score_of(input).value == std::nullopt);
  input.services = Known<std::vector<ScoreInput::Service>>::unknown("down");
  CHECK(score_of(input).value == std::nullopt);
  CHECK(score_of(ScoreInput{}).value == std::nullopt);
}

TEST_CASE("deductions sum to the score exactly, whatever the inputs are") {
  std::mt19937 random(11);
  for (int round = 0; round < 2000; ++round) {
    const Score score = score_of(any(random));
    if (!score.value) continue;
    REQUIRE(*score.value == 100 - sum(score));
    REQUIRE(*score.value >= 0);
    for (const auto& item : score.items) {
      REQUIRE(item.points.value_or(0) >= 0);
      REQUIRE(item.points.value_or(0) <= item.most);
    }
  }
}

TEST_CASE("worse inputs never score higher, nor does what becomes known") {
  std::mt19937 random(13);
  for (int round = 0; round < 2000; ++round) {
    const ScoreInput input = any(random);
    const Score before = score_of(input);
    const Score after = score_of(worse(input, random));
    if (!before.value || !after.value) continue;
    REQUIRE(*after.value <= *before.value);
  }
}
