#include "healer/actions/info.h"

#include <catch2/catch.hpp>

#include "healer/actions/action.h"

using namespace healer::actions;

TEST_CASE("every action says what is expected of it and what it risks") {
  for (const std::string_view name : names()) {
    INFO(name);
    CHECK(info(name).action == name);
    CHECK_FALSE(info(name).expected.empty());
    CHECK_FALSE(info(name).risk.empty());
  }
}

TEST_CASE("one that is not known has words that hold for any") {
  CHECK_FALSE(info("nonsense").expected.empty());
  CHECK(info("nonsense").automatic_by == Info::Switch::kNone);
}

TEST_CASE("restarts and pauses of trading have a switch of their own") {
  CHECK(info("container_restart").automatic_by == Info::Switch::kAutoRestart);
  CHECK(info("pause_trading").automatic_by == Info::Switch::kAutoPause);
  CHECK(info("log_rotation").automatic_by == Info::Switch::kNone);
}
