# The healer's core: no I/O but the journal's, no clock but the one it is given.
target_sources(healer PRIVATE
  alert_ledger.cpp
  breach.cpp
  decider.cpp
  decider_incidents.cpp
  decider_operator.cpp
  decider_policy.cpp
  guards/attempts.cpp
  guards/cooldown.cpp
  guards/journal.cpp
  guards/latched.cpp
  guards/paused.cpp
  guards/table.cpp
  guards/target_busy.cpp
  history.cpp
  incident.cpp
  journal/hash_chain.cpp
  journal/sqlite_journal.cpp
  journal/statement.cpp
  mailbox.cpp
  model.cpp
  notice.cpp
  planner.cpp
  policy/evidence.cpp
  policy/machine.cpp
  progress.cpp
  projection.cpp
  record.cpp
  sightings.cpp
  webhook/alert_json.cpp
  webhook/alertmanager_list.cpp
  webhook/payload.cpp
  webhook/receiver.cpp
  webhook/token.cpp)
target_link_libraries(healer PRIVATE SQLite::SQLite3 OpenSSL::Crypto)
