#include "healer/config/config.h"

#include "tests/catch.h"

using namespace healer;

TEST_CASE("a playbook is found by its name, also the one of undos") {
  Config config;
  config.playbooks.resize(2);
  config.playbooks[0].name = "restart";
  config.playbooks[1].name = "rotate";
  CHECK(find_playbook(config, "rotate") == &config.playbooks[1]);
  CHECK(find_playbook(config, "undo") == &config.undo);
  CHECK(find_playbook(config, "prune") == nullptr);
}

TEST_CASE("an undo is not disruptive, has several attempts and may be repeated after a crash") {
  const Playbook undo = undo_playbook();
  REQUIRE(undo.rungs.size() == 1);
  CHECK_FALSE(undo.rungs[0].disruptive);
  CHECK(undo.rungs[0].attempts == 3);
  CHECK(undo.on_crash == OnCrash::kRetry);
  CHECK_FALSE(undo.verify.monitored);
}
