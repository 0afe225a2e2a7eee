"""`siyu experiment analyze`: tables for people, JSON for programs, refusals raised."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats
from typer.testing import CliRunner

from siyu.experiments.commands import app
from siyu.experiments.errors import ExperimentColumnMissing
from siyu.kernel.errors import BadInput

ROLES = ["--unit", "customer", "--arm", "arm", "--control", "holdout", "--metric", "sales"]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """2,000 customers, a fifth held out, sales that follow earlier sales, one wholesale order."""
    rng = np.random.default_rng(3)
    before = rng.gamma(1.0, 100.0, 2_000).round(2)
    held = np.arange(2_000) % 5 == 0
    sales = (0.8 * before + rng.gamma(1.0, 20.0, 2_000) + np.where(held, 0.0, 8.0)).round(2)
    sales[17] = 90_000.0
    path = tmp_path_factory.mktemp("experiment") / "campaign.csv"
    lines = [
        f"c{unit},{'holdout' if held[unit] else 'treated'},{sales[unit]},{int(sales[unit] > 50)},{before[unit]}"
        for unit in range(2_000)
    ]
    path.write_text("\n".join(["customer,arm,sales,bought,before", *lines]), encoding="utf-8")
    return path


def run(file: Path, *options: str) -> str:
    result = CliRunner().invoke(app, ["analyze", str(file), *ROLES, *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def analysis(file: Path, *options: str) -> Any:
    return json.loads(run(file, "--json", *options))


def test_json_is_all_that_is_printed_and_it_says_everything(file: Path) -> None:
    found = analysis(file, "--metric", "bought")
    assert found["units"] == 2_000
    sales, bought = found["metrics"]
    assert [arm["n"] for arm in sales["arms"]] == [400, 1_600]
    assert set(bought["effects"][0]) == {
        "control",
        "treatment",
        "side",
        "alpha",
        "planned_units",
        "absolute",
        "relative",
        "cautions",
    }
    assert set(sales["effects"][0]["absolute"]) == {
        "value",
        "standard_error",
        "degrees_of_freedom",
        "interval",
        "p_value",
        "anytime_interval",
        "anytime_p_value",
    }


def test_the_figures_are_scipys(file: Path) -> None:
    table = np.genfromtxt(file, delimiter=",", names=True, dtype=None, encoding="utf-8")
    held, treated = (table["sales"][table["arm"] == arm] for arm in ("holdout", "treated"))
    effect = analysis(file)["metrics"][0]["effects"][0]["absolute"]
    expected = stats.ttest_ind(treated, held, equal_var=False)
    assert effect["value"] == pytest.approx(treated.mean() - held.mean())
    assert effect["p_value"] == pytest.approx(expected.pvalue)
    assert effect["interval"]["low"] == pytest.approx(expected.confidence_interval().low)


def test_winsorising_and_history_find_what_the_wholesale_order_hides(file: Path) -> None:
    plain = analysis(file)["metrics"][0]["effects"][0]["absolute"]
    metric = analysis(file, "--winsorise", "0.99", "--pre", "before")["metrics"][0]
    adjusted = metric["adjustment"]["effects"][0]["absolute"]
    assert metric["capped_units"] == 20
    assert plain["p_value"] > 0.05
    assert adjusted["p_value"] < 0.001
    assert adjusted["standard_error"] < metric["effects"][0]["absolute"]["standard_error"] / 2
    assert metric["adjustment"]["variance_share"] < 0.2


def test_an_unequal_design_is_judged_by_its_shares(file: Path) -> None:
    assert not analysis(file)["sample_ratio"]["passed"]
    assert analysis(file, "--share", "holdout=1", "--share", "treated=4")["sample_ratio"]["passed"]


def test_the_plan_narrows_the_anytime_interval(file: Path) -> None:
    def width(planned: str) -> float:
        ends = analysis(file, "--planned", planned)["metrics"][0]["effects"][0]["absolute"][
            "anytime_interval"
        ]
        return float(ends["high"] - ends["low"])

    assert width("2000") < width("200000")


def test_people_get_tables_with_a_warning_on_a_broken_split(file: Path) -> None:
    printed = " ".join(run(file, "--pre", "before", "--winsorise", "0.99").split())
    assert [
        word
        for word in (
            "SPLIT NOT AS DESIGNED",
            "2,000 units",
            "holdout",
            "treated",
            "Adjusted for before",
            "95%",
        )
        if word not in printed
    ] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        # 99 instead of .99
        (["--winsorise", "99"], "--winsorise 99"),
        (["--winsorise", "0"], "above 0"),
        (["--winsorise", "nan"], "--winsorise nan"),
        # a plan of nobody
        (["--planned", "0"], "--planned 0"),
        (["--planned", "nan"], "--planned nan"),
        # a share without its arm, or that is no number, or that forgets an arm
        (["--share", "0.1"], "ARM=WEIGHT"),
        (["--share", "holdout=ten"], "ARM=WEIGHT"),
        (["--share", "holdout=1"], "no share for treated"),
        (["--share", "holdout=0", "--share", "treated=0"], "every share is zero"),
    ],
)
def test_a_bad_option_is_refused_with_a_remedy(file: Path, options: list[str], words: str) -> None:
    with pytest.raises(BadInput) as caught:
        run(file, *options)
    assert words in caught.value.message


def test_a_refusal_reaches_the_command_line_as_it_was_raised(file: Path) -> None:
    with pytest.raises(ExperimentColumnMissing, match=r'campaign\.csv has no column "margin"'):
        run(file, "--metric", "margin")
