#include "healer/journal/records/old_names.h"

#include <nlohmann/json.hpp>
#include <string>

#include "healer/journal/records/record.h"
#include "tests/catch.h"

using namespace healer;

TEST_CASE("a record with old names is read, and written with the present ones") {
  const auto [old, now] = GENERATE(table<std::string, std::string>({
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"booted","needs_evidence":true,"set_aside":"its hash is wrong"})",
       R"({"at":"2025-12-17T04:00:00.000Z","kind":"process_started","needs_evidence":true,"quarantined":"its hash is wrong"})"},
      {R"({"at":"2025-12-17T04:00:00.000Z","kind":"booted","set_aside":""})",
       R"({"at":"2025-12-17T04:00:00.000Z","kind":"process_started","quarantined":""})"},
      {R"({"at":"2025-12-17T05:05:00.000Z","kind":"lapsed","what":"hold"})",
       R"({"at":"2025-12-17T05:05:00.000Z","kind":"expired","what":"hold"})"},
      {R"({"at":"2025-12-17T05:05:00.000Z","kind":"lapsed","lease":"INC-17/2","what":"lease"})",
       R"({"at":"2025-12-17T05:05:00.000Z","kind":"expired","lease":"INC-17/2","what":"lease"})"},
      {R"({"at":"2025-12-17T04:00:10.000Z","declared":6,"kind":"storm_moved","raging":true,"targets":4})",
       R"({"active":true,"at":"2025-12-17T04:00:10.000Z","declared":6,"kind":"storm_moved","targets":4})"},
      {R"({"action_id":"INC-4/1","at":"2025-12-17T04:00:10.000Z","begun":false,"detail":"the queue is full",)"
       R"("incident":"INC-4","kind":"action_finished","outcome":"failure"})",
       R"({"action_id":"INC-4/1","at":"2025-12-17T04:00:10.000Z","detail":"the queue is full",)"
       R"("incident":"INC-4","kind":"action_finished","outcome":"failure","started":false})"},
      {R"({"alert_name":"","alert_starts_at":"2025-12-17T04:02:00.000Z","asked_by":"ann",)"
       R"("at":"2025-12-17T04:02:00.000Z","fingerprint":"","kind":"incident_opened","playbook":"undo",)"
       R"("reason":"as told","severity":"info","subsystem":"","target":{"kind":"trading","name":"trading"},)"
       R"("undo":{"action":"resume_trading","parameters":"{}"},"undoes":"INC-4/1"})",
       R"({"alert_name":"","alert_starts_at":"2025-12-17T04:02:00.000Z","at":"2025-12-17T04:02:00.000Z",)"
       R"("fingerprint":"","kind":"incident_opened","playbook":"undo","reason":"as told","severity":"info",)"
       R"("started_by":"ann","subsystem":"","target":{"kind":"trading","name":"trading"},)"
       R"("undo":{"action":"resume_trading","parameters":"{}"},"undoes":"INC-4/1"})"},
      {R"({"action":"container_restart","action_id":"INC-4/1","approval":"APR-4-1","at":"2025-12-17T04:00:10.000Z",)"
       R"("description":"restart it","incident":"INC-4","kind":"approval_asked","playbook":"restart_container",)"
       R"("rung":0,"target":{"kind":"container","name":"redis"},"why":"approval","within_ms":120000})",
       R"({"action":"container_restart","action_id":"INC-4/1","approval":"APR-4-1","at":"2025-12-17T04:00:10.000Z",)"
       R"("description":"restart it","incident":"INC-4","kind":"approval_asked","playbook":"restart_container",)"
       R"("refusal":"approval","rung":0,"target":{"kind":"container","name":"redis"},"within_ms":120000})"},
      {R"({"at":"2025-12-17T04:00:10.000Z","detail":"disk: 3 MiB free","from":"accepted","incident":"INC-4",)"
       R"("kind":"incident_moved","refusal":"unfit","to":"gated"})",
       R"({"at":"2025-12-17T04:00:10.000Z","detail":"disk: 3 MiB free","from":"accepted","incident":"INC-4",)"
       R"("kind":"incident_moved","refusal":"unhealthy","to":"gated"})"},
  }));
  INFO(old);
  const auto record = decode(old);
  REQUIRE(record);
  CHECK(encode(*record) == now);
  const auto again = decode(now);
  REQUIRE(again);
  CHECK(encode(*again) == now);
}

TEST_CASE("an old name beside the present one, or in another kind of record, is an unknown field") {
  CHECK_FALSE(decode(
      R"({"at":"2025-12-17T04:00:00.000Z","kind":"process_started","quarantined":"","set_aside":"its hash is wrong"})"));
  CHECK_FALSE(decode(
      R"({"at":"2025-12-17T04:00:00.000Z","asked_by":"ann","kind":"process_started","quarantined":""})"));
}

TEST_CASE("an object without a kind, or with a kind that is no text, is left as it is") {
  for (const char* text : {R"({"raging":true})", R"({"kind":3,"raging":true})"}) {
    auto record = nlohmann::json::parse(text);
    records::use_present_names(record);
    CHECK(record == nlohmann::json::parse(text));
  }
}
