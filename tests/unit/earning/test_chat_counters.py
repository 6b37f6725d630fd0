"""What a day counts of lines: pictures and emotes."""

from tests.support.earning_talk import LOUD, room


class TestADayCounts:
    def test_pictures_once_a_line(self) -> None:
        stage = room(LOUD, "Alice")
        stage.chat("12:00", "Alice", text="https://a.example/x.gif https://giphy.com/y")
        stage.chat("12:01", "Alice", text="no picture")

        assert stage.day("alice").gifs_posted == 1

    def test_different_emotes_of_the_room(self) -> None:
        stage = room(LOUD, "Alice")
        stage.emotes("12:00", "list", "Kappa", "/pog", ":)")
        stage.chat("12:01", "Alice", text="Kappa Kappa kappa /pog pogKappa")
        stage.chat("12:02", "Alice", text="Kappa :)")
        stage.chat("2026-11-23 12:00", "Alice", text="Kappa")

        assert (stage.day("alice").unique_emotes_used, stage.day("alice", "2026-11-23").unique_emotes_used) == (3, 1)
        assert stage.career("alice").emotes == 3

    def test_emotes_as_they_are_now(self) -> None:
        stage = room(LOUD, "Alice")
        stage.emotes("12:00", "list", "one", "two", "three")
        stage.emotes("12:01", "rename", "uno", old="one")
        stage.emotes("12:02", "remove", "two")
        stage.emotes("12:03", "update", "four")
        stage.chat("12:04", "Alice", text="one two")
        assert stage.day("alice").unique_emotes_used == 0

        stage.chat("12:05", "Alice", text="uno three four")
        assert stage.day("alice").unique_emotes_used == 3

        stage.emotes("12:06", "list", "five")
        stage.chat("12:07", "Alice", text="uno three four five")
        assert (stage.day("alice").unique_emotes_used, stage.career("alice").emotes) == (4, 4)

    def test_emotes_also_after_days_were_swept_away(self) -> None:
        stage = room(LOUD, "Alice")
        stage.emotes("12:00", "list", "Kappa", "pog")
        stage.chat("12:01", "Alice", text="Kappa")
        for date in ("23", "24", "25", "26"):
            stage.tick(f"2026-11-{date} 12:00")
        stage.chat("2026-11-26 12:01", "Alice", text="Kappa pog")

        assert (stage.day("alice").unique_emotes_used, stage.career("alice").emotes) == (1, 2)
        assert stage.day("alice", "2026-11-26").unique_emotes_used == 2
