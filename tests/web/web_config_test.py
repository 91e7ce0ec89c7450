"""--web.config.file of both programs, with curl, Prometheus and Alertmanager as their peers."""

import subprocess
import sys
import unittest
from urllib.parse import quote

from e2e.waiting import wait_for

from web.curl import BAD_CERTIFICATE, CANNOT_SHAKE_HANDS, CUT_WHILE_READING, CUT_WHILE_SENDING, curl
from web.pki import Authority
from web.programs import PASSWORD, TLS, TOKEN, USERS, ProgramsTest

MUTUAL = """\
tls_server_config:
  cert_file: tls/server.crt
  key_file: tls/server.key
  client_ca_file: tls/ca.crt
  client_auth_type: RequireAndVerifyClientCert
"""


class TheExporter(ProgramsTest):
    def test_is_spoken_to_only_by_who_trusts_it_and_is_known(self) -> None:
        folder = self.folder
        self.start_exporter()
        page = self.ask(folder.exporter, "/metrics", *folder.user)
        self.assertEqual(page.status, 200)
        self.assertIn('salus_subsystem_info{', page.body)
        for path in ("/metrics", "/", "/-/healthy", "/nope"):
            refused = self.ask(folder.exporter, path, "--user", "prometheus:wrong")
            self.assertEqual(refused.status, 401)
            self.assertEqual(refused.headers["www-authenticate"], "Basic")
        self.assertEqual(self.ask(folder.exporter, "/metrics").status, 401)
        for path in ("/api/v1/refresh", "/-/reload"):
            self.assertEqual(self.ask(folder.exporter, path, "--request", "POST").status, 401)
            self.assertEqual(self.ask(folder.exporter, path, "--request", "POST", *folder.user).status, 200)

        self.assertEqual(curl(f"https://127.0.0.1:{folder.exporter}/metrics", *folder.user).code, BAD_CERTIFICATE)
        elsewhere = ["--connect-to", f"example.org:443:127.0.0.1:{folder.exporter}"]
        self.assertEqual(curl("https://example.org/metrics", *folder.trusting, *elsewhere).code, BAD_CERTIFICATE)
        self.assertEqual(self.ask(folder.exporter, "/metrics", "--tls-max", "1.1").code, CANNOT_SHAKE_HANDS)
        self.assertEqual(self.ask(folder.exporter, "/metrics", "--tls-max", "1.2", *folder.user).status, 200)
        self.assertEqual(curl(f"http://127.0.0.1:{folder.exporter}/metrics").status, 400)

    def test_demands_a_certificate_of_its_clients(self) -> None:
        folder = self.folder
        (folder.path / "web.yml").write_text(MUTUAL + "  min_version: TLS13\n")
        mine = [folder.path / "tls/me.crt", folder.path / "tls/me.key"]
        folder.authority.issue(*mine)
        strange = [folder.path / "tls/strange.crt", folder.path / "tls/strange.key"]
        Authority(folder.path / "tls", "stranger").issue(*strange)

        process = subprocess.Popen(
            [self.exporter_program, "--config.file=exporter.yml", "--web.config.file=web.yml",
             f"--web.listen-address=127.0.0.1:{folder.exporter}"],
            cwd=folder.path, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        with_mine = ["--cert", str(mine[0]), "--key", str(mine[1])]
        wait_for(lambda: self.ask(folder.exporter, "/-/ready", *with_mine).status == 200, "the exporter", 20)
        for flags in ([], ["--cert", str(strange[0]), "--key", str(strange[1])]):
            refused = self.ask(folder.exporter, "/metrics", *flags)
            self.assertIn(refused.code, (CUT_WHILE_SENDING, CUT_WHILE_READING, CANNOT_SHAKE_HANDS), refused.errors)
        self.assertEqual(self.ask(folder.exporter, "/metrics", "--tls-max", "1.2", *with_mine).code, CANNOT_SHAKE_HANDS)

    def test_takes_up_renewed_certificates_and_passwords_by_itself(self) -> None:
        folder = self.folder
        self.start_exporter()
        next_one = Authority(folder.path / "tls", "next")
        folder.renew(next_one)
        url = f"https://127.0.0.1:{folder.exporter}/-/healthy"
        self.assertEqual(curl(url, "--cacert", str(next_one.certificate), *folder.user).status, 200)
        self.assertEqual(self.ask(folder.exporter, "/-/healthy", *folder.user).code, BAD_CERTIFICATE)

        (folder.path / "tls/server.key").write_text("broken")
        for _ in range(2):
            self.assertEqual(curl(url, "--cacert", str(next_one.certificate), *folder.user).status, 200)
        self.assertEqual(self.log(folder.exporter).count("the previous one stays in use"), 1)
        metrics = f"https://127.0.0.1:{folder.exporter}/metrics"
        page = curl(metrics, "--cacert", str(next_one.certificate), *folder.user).body
        self.assertIn("salus_exporter_config_last_reload_successful 0\n", page)
        folder.renew(folder.authority)
        page = curl(metrics, *folder.trusting, *folder.user).body
        self.assertIn("salus_exporter_config_last_reload_successful 1\n", page)
        (folder.path / "web.yml").write_text(TLS)  # as if it were read before all of it is written
        self.assertEqual(self.ask(folder.exporter, "/-/healthy").status, 401)
        self.assertEqual(self.ask(folder.exporter, "/-/healthy", *folder.user).status, 200)
        (folder.path / "web.yml").write_text(TLS + USERS.replace("prometheus:", "somebody:"))
        self.assertEqual(self.ask(folder.exporter, "/-/healthy", *folder.user).status, 401)
        renamed = ["--user", f"somebody:{PASSWORD}"]
        self.assertEqual(self.ask(folder.exporter, "/-/healthy", *renamed).status, 200)


class BothPrograms(ProgramsTest):
    def test_tell_everything_that_is_wrong_with_it_and_do_not_start(self) -> None:
        (self.folder.path / "web.yml").write_text(
            "tls_server_config: {cert_file: tls/none.crt, key_file: tls/server.key}\nbasic_auth_users: {a: b}\nusers: {}\n"
        )
        expected = (
            f"web.yml:1: tls_server_config.cert_file: open {self.folder.path}/tls/none.crt: No such file or directory\n"
            "web.yml:2: basic_auth_users.a: is not a bcrypt hash\n"
            'web.yml:3: unknown key "users"\n'
        )
        for program, config in ((self.exporter_program, "exporter.yml"), (self.healer_program, "healer.yml")):
            for more in (["--config.check"], ["--web.listen-address=127.0.0.1:0"]):
                done = subprocess.run(
                    [program, f"--config.file={config}", "--web.config.file=web.yml", *more],
                    cwd=self.folder.path, capture_output=True, text=True, timeout=30,
                )  # fmt: skip
                self.assertEqual(done.returncode, 1)
                self.assertIn(expected, done.stdout + done.stderr)

    def test_speak_with_prometheus_and_alertmanager_over_tls_and_with_passwords(self) -> None:
        folder = self.folder
        self.start_exporter()
        self.start_alertmanager()
        self.start_healer()
        self.start_prometheus()

        def series(expression: str) -> int:
            answer = self.ask(folder.prometheus, f"/api/v1/query?query={quote(expression)}", *folder.user)
            return answer.body.count('"value"')

        wait_for(lambda: series("up == 1") == 2, "two scraped targets", 30)
        self.assertEqual(series("salus_subsystem_info"), 1)
        self.assertEqual(series("salus_healer_build_info"), 1)

        # Reading takes the password or the token, changing takes the token.
        self.assertEqual(self.ask(folder.healer, "/policy").status, 401)
        self.assertEqual(self.ask(folder.healer, "/policy", *folder.user).status, 200)
        with_token = ["--header", f"Authorization: Bearer {TOKEN}"]
        self.assertEqual(self.ask(folder.healer, "/policy", *with_token).status, 200)
        self.assertEqual(self.ask(folder.healer, "/policy", "--header", "Authorization: Bearer x").status, 401)
        check = ["--request", "POST", "/health/force-check"]
        self.assertEqual(self.ask(folder.healer, check[2], *check[:2], *folder.user).status, 401)
        # It refreshes the exporter and asks Alertmanager.
        checked = self.ask(folder.healer, check[2], *check[:2], *with_token)
        self.assertEqual(checked.status, 200, checked.body)
        health = self.ask(folder.healer, "/health/system", *folder.user)
        self.assertIn("Prometheus has no", health.body)  # so it could be asked; there are no rules here


if __name__ == "__main__":
    ProgramsTest.healer_program = sys.argv.pop()
    ProgramsTest.exporter_program = sys.argv.pop()
    unittest.main()
