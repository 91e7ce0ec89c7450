#include "healer/notify/message.h"

#include <catch2/catch.hpp>
#include <set>

using healer::Notice;
using healer::notify::cut;
using healer::notify::message_text;

TEST_CASE("a message says what happens, to what, and how it goes on") {
  Notice notice{.kind = Notice::Kind::kActing,
                .incident = "INC-7",
                .subsystem = "risk_guard",
                .title = "restart container quantum_trading_bot",
                .detail = "for ContainerDown",
                .at = {}};
  CHECK(message_text(notice, "Quantum Trader", "**") ==
        "🚨 **Quantum Trader - Auto-Heal Triggered**\n"
        "INC-7: restart container quantum_trading_bot\n"
        "for ContainerDown\n"
        "Auto-heal process initiated.");
  notice.kind = Notice::Kind::kHealed;
  notice.detail.clear();
  CHECK(message_text(notice, "Quantum Trader", "*") ==
        "✅ *Quantum Trader - Auto-Heal Finished*\n"
        "INC-7: restart container quantum_trading_bot\n"
        "✅ Auto-heal completed successfully");
}

TEST_CASE("an incident that the title names already is not named twice") {
  const Notice notice{.kind = Notice::Kind::kHealed,
                      .incident = "INC-7",
                      .subsystem = "",
                      .title = "INC-7: done",
                      .detail = "",
                      .at = {}};
  CHECK_THAT(message_text(notice, "S", ""), Catch::Contains("\nINC-7: done\n"));
}

TEST_CASE("every kind of notice has its own headline") {
  std::set<std::string> headlines;
  for (std::size_t kind = 0; kind < healer::kNoticeKinds; ++kind) {
    const Notice notice{.kind = static_cast<Notice::Kind>(kind),
                        .incident = "",
                        .subsystem = "",
                        .title = "t",
                        .detail = "",
                        .at = {}};
    const std::string text = message_text(notice, "Salus", "**");
    headlines.insert(text.substr(0, text.find('\n')));
  }
  CHECK(headlines.size() == healer::kNoticeKinds);
  CHECK(headlines.count(" **Salus - **") == 0);
}

TEST_CASE("a text is cut at a character's end") {
  CHECK(cut("short", 10) == "short");
  CHECK(cut("exactly ten", 11) == "exactly ten");
  CHECK(cut("0123456789", 9) == "012345…");
  CHECK(cut("ééééé", 8) == "éé…");  // two bytes each, three for the ellipsis
}
