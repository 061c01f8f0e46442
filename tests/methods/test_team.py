"""A team: skills and who brings them, RACI, load, ties, candidates, conflicts; each against an independent check."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods.team import (
    DIMENSIONS,
    check_raci,
    compare_assessors,
    cover_skills,
    find_conflicts,
    judge_candidates,
    map_contacts,
    weigh_load,
)

YEARS = {"mentor": 8, "fasilitator": 3}
EVEN = dict.fromkeys(DIMENSIONS, 1)
LETTERS = st.lists(st.sets(st.sampled_from("abcdef"), max_size=4), min_size=1, max_size=5)
TASKS = pd.DataFrame({"task_id": ["t1", "t2"], "task": ["Satu", "Dua"], "team_role": ["1", "2"]})


def of_skills(sets):
    ids = [f"k{n}" for n in range(len(sets))]
    return pd.DataFrame({"candidate_id": ids, "skills": ["; ".join(sorted(own)) for own in sets]})


def duties(*rows):
    return pd.DataFrame(rows, columns=["task_id", "member_id", "duty"])


@given(LETTERS, LETTERS, LETTERS)
def test_the_set_of_recruits_is_as_small_as_the_smallest_found_by_trying_all(tasks, members, offered):
    found = cover_skills(of_skills(tasks), of_skills(members), of_skills(offered))
    missing = set().union(*tasks) - set().union(*members)
    wanted = missing & set().union(*offered)
    sizes = [
        n
        for n in range(len(offered) + 1)
        for part in combinations(offered, n)
        if wanted <= set().union(*part)
    ]
    assert (set(found.missing), set(found.uncovered)) == (missing, missing - wanted)
    assert len(found.recruits) == min(sizes)
    chosen = of_skills(offered).set_index("candidate_id")["skills"][list(found.recruits)]
    assert wanted <= set("; ".join(chosen).split("; "))


def test_a_skill_is_the_same_in_small_and_large_letters_and_shown_as_the_task_writes_it():
    tasks, members = (pd.DataFrame({"skills": [text]}) for text in ("Pembinaan BUM Desa; mutu", " MUTU ;"))
    found = cover_skills(tasks, members, pd.DataFrame({"candidate_id": [], "skills": []}))
    assert (found.needed, found.missing) == (("mutu", "Pembinaan BUM Desa"), ("Pembinaan BUM Desa",))
    assert found.single == ("mutu",)


@pytest.mark.parametrize(
    ("rows", "note"),
    [
        ([("t1", "x", "A"), ("t1", "y", "R")], None),
        ([("t1", "x", "A"), ("t1", "x", "R")], None),
        ([("t1", "y", "R")], "Belum ada penanggung jawab."),
        ([("t1", "x", "A"), ("t1", "y", "A"), ("t1", "y", "R")], "Lebih dari satu penanggung jawab."),
        ([("t1", "x", "A"), ("t1", "y", "C")], "Belum ada pelaksana."),
        ([], "Tidak dipegang siapa pun."),
        ([("t1", "x", "A"), ("t1", "v", "R")], "Memuat nomor yang bukan anggota."),
    ],
)
def test_each_fault_of_a_task_is_named(rows, note):
    whole = [("t2", "y", "A"), ("t2", "y", "R")]
    found = check_raci(TASKS, duties(*rows, *whole), ["x", "y"], most=4).set_index("task_id")
    assert (found["note"].get("t1") if note else None) == note
    assert found["is_valid"].to_dict() == {"t1": note is None, "t2": True}


def test_who_is_accountable_for_too_much_makes_each_of_the_tasks_invalid():
    rows = [(task, "x", duty) for task in ("t1", "t2") for duty in "AR"]
    assert check_raci(TASKS, duties(*rows), ["x"], most=2)["is_valid"].all()
    found = check_raci(TASKS, duties(*rows), ["x"], most=1)
    assert set(found["note"]) == {"Penanggung jawabnya memegang terlalu banyak tugas."}


def test_load_is_the_share_of_the_hours_of_each_task_and_unknown_where_hours_are():
    # t1: 12 hours of two = 6 each; t2: 9 hours of one. x: 6 + 9 = 15 of 20 = 75 %; y: 6 of unknown; z: none of 8
    members = pd.DataFrame({"member_id": ["x", "y", "z"], "hours_per_month": [20.0, None, 8.0]})
    tasks = pd.DataFrame({"task_id": ["t1", "t2"], "hours_per_month": [12.0, 9.0]})
    raci = duties(("t1", "x", "R"), ("t1", "y", "R"), ("t2", "x", "R"), ("t2", "z", "A"))
    found = weigh_load(members, tasks, raci)
    assert found["hours_assigned"].to_dict() == {"x": 15.0, "y": 6.0, "z": 0.0}
    assert found["load_pct"].fillna(-1).to_dict() == {"x": 75.0, "y": -1.0, "z": 0.0}
    unknown = weigh_load(members, tasks.assign(hours_per_month=[None, 9.0]), raci)
    assert unknown["hours_assigned"].fillna(-1).to_dict() == {"x": -1.0, "y": -1.0, "z": 0.0}


@given(
    st.integers(2, 7).flatmap(
        lambda n: st.tuples(st.just(n), st.sets(st.tuples(*[st.integers(0, n - 1)] * 2)))
    )
)
def test_a_bridge_is_whose_absence_leaves_more_parts(drawn):
    size, pairs = drawn
    contacts = pd.DataFrame(sorted(pairs), columns=["from_member_id", "to_member_id"]).assign(
        contacts_per_month=1
    )
    found = map_contacts(range(size), contacts)
    graph = nx.Graph([(a, b) for a, b in pairs if a != b])
    graph.add_nodes_from(range(size))
    before = nx.number_connected_components(graph)
    for member in range(size):
        rest = graph.subgraph(set(graph) - {member})
        alone = graph.degree(member) == 0  # its own part goes with it
        assert found.loc[member, "is_bridge"] == (nx.number_connected_components(rest) > before - alone)
    assert found["part"].nunique() == before
    assert found["contacts"].to_dict() == dict(graph.degree())


def test_betweenness_of_a_chain_is_that_worked_out_by_hand_and_no_contact_is_no_tie():
    # a-b-c-d: of the 3 pairs of others, b lies between a-c and a-d: 2/3; a between none; e is cut off
    ends = {"from_member_id": ["a", "b", "c", "d", "x"], "to_member_id": ["b", "c", "d", "e", "a"]}
    found = map_contacts("abcd", pd.DataFrame(ends).assign(contacts_per_month=[1, 2, 3, 0, 5]))
    assert found["betweenness"].round(6).to_dict() == {"a": 0, "b": 0.666667, "c": 0.666667, "d": 0}
    lonely = map_contacts("abcde", pd.DataFrame(ends).assign(contacts_per_month=[1, 2, 3, 0, 5]))
    assert lonely.index[lonely["is_cut_off"]].to_list() == ["e"]


def candidate(
    position="fasilitator", years=4.0, domicile="kabupaten/kota lokasi", scores=(3,) * 6, **options
):
    row = {"candidate_id": "k", "position": position, "work_stage": "semua tahap"}
    frame = pd.DataFrame([row | {"experience_years": years, "domicile": domicile}])
    given_ = pd.DataFrame({"candidate_id": "k", "dimension": list(DIMENSIONS), "score": list(scores)})
    weights = options.get("weights", EVEN)
    return judge_candidates(frame, given_, weights, YEARS, score_minimum=options.get("minimum", 2.5)).iloc[0]


@pytest.mark.parametrize(
    ("position", "years", "domicile", "result"),
    [
        ("mentor", 8, "luar provinsi", "lolos"),  # Lampiran 2: 8-10 years; where a mentor lives is open
        ("mentor", 12, None, "lolos"),
        ("mentor", 7.5, "kabupaten/kota lokasi", "gugur"),
        ("fasilitator", 3, "kabupaten/kota lokasi", "lolos"),
        ("fasilitator", 30, "provinsi lokasi", "lolos"),
        ("fasilitator", 2.9, "kabupaten/kota lokasi", "gugur"),
        ("fasilitator", 9, "luar provinsi", "gugur"),
        ("fasilitator", None, "provinsi lokasi", "belum dapat dinilai"),
        ("fasilitator", 4, None, "belum dapat dinilai"),
        ("fasilitator", None, "luar provinsi", "gugur"),
    ],
)
def test_what_nobody_may_lack_is_judged_first_and_full_scores_do_not_hide_it(
    position, years, domicile, result
):
    assert candidate(position, years, domicile, scores=(4,) * 6)["result"] == result


def test_a_dimension_nobody_scored_is_not_zero_and_decides_only_where_it_could():
    # five of 3 and one open: mean 3; between 15/6 = 2.5 and 19/6
    found = candidate(scores=(3, 3, 3, 3, 3, None))
    assert found[["score", "lowest", "highest"]].to_list() == pytest.approx([3, 2.5, 19 / 6])
    assert (found["dimensions"], found["result"]) == (5, "lolos")
    assert candidate(scores=(3, 3, 3, 3, 3, None), minimum=2.6)["result"] == "belum dapat dinilai"
    assert candidate(scores=(1, 1, 1, 1, 1, None))["result"] == "nilai kurang"  # at most 9/6
    nobody = candidate(scores=(None,) * 6)
    assert pd.isna(nobody["score"]) and nobody["result"] == "belum dapat dinilai"


def test_only_the_ratio_of_weights_counts_and_none_may_be_lacking():
    weights = dict(zip(DIMENSIONS, (0, 0, 0, 2, 1, 1), strict=True))
    found = candidate(scores=(0, 0, 0, 4, 2, 1), weights=weights)
    assert found["score"] == pytest.approx((2 * 4 + 2 + 1) / 4)
    assert (
        candidate(scores=(0, 0, 0, 4, 2, 1), weights={k: 10 * v for k, v in weights.items()})["score"]
        == found["score"]
    )
    with pytest.raises(ValueError, match="weights of all dimensions"):
        candidate(weights={"domisili": 1})
    with pytest.raises(ValueError, match="within 0 and 4"):
        candidate(scores=(5, 3, 3, 3, 3, 3))


def scored(table):
    rows = pd.DataFrame(table).rename_axis("assessor_id").reset_index()
    long = rows.melt("assessor_id", var_name="candidate_id", value_name="score")
    return long.assign(dimension="kecakapan")


def test_the_kappa_of_two_is_that_of_its_definition():
    one, two = np.array([0, 1, 2, 3, 4, 2]), np.array([1, 1, 2, 4, 3, 0])
    # quadratic weights: 1 - mean squared difference / mean of all squared differences between the two
    expected = 1 - ((one - two) ** 2).mean() / (np.subtract.outer(one, two) ** 2).mean()
    found = compare_assessors(scored([one, two]))
    assert (found.assessors, found.scored_twice, found.kappa) == (2, 6, pytest.approx(expected))


def test_agreement_is_not_told_of_one_assessor_or_of_scores_that_are_all_the_same():
    assert compare_assessors(scored([[1, 2, 3]])).alpha is None
    assert compare_assessors(scored([[2, 2], [2, 2]])).alpha is None
    three = compare_assessors(scored([[1, 2, None], [1, 3, 4], [None, 2, 4]]))
    assert three.alpha is not None and three.kappa is None


NATURES = pd.DataFrame({"task_id": ["n", "k", "w"], "nature": ["menilai", "melaksanakan", "mengawasi"]})
NOBODY = pd.DataFrame(columns=["candidate_id", "member_id", "position", "assessor_id"])


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [
        ([("n", "buyer", "R")], ["pembeli ikut menilai"]),
        ([("n", "buyer", "A")], ["pembeli ikut menilai"]),
        ([("n", "buyer", "C"), ("k", "buyer", "R")], []),  # the guide wants the partner heard
        ([("n", "x", "R")], []),
        ([("k", "x", "R"), ("w", "x", "A")], ["mengerjakan dan mengawasi"]),
        ([("k", "x", "R"), ("w", "y", "A"), ("w", "x", "I")], []),
        ([("k", "x", "A"), ("w", "x", "R")], []),
    ],
)
def test_roles_that_do_not_go_together_are_found_and_others_are_not(rows, kinds):
    assert find_conflicts(NATURES, duties(*rows), ["buyer"], NOBODY, NOBODY)["kind"].to_list() == kinds


def test_a_candidate_scores_nobody_for_the_same_position():
    seats = pd.DataFrame(
        {
            "candidate_id": ["a", "b", "c"],
            "member_id": ["x", None, None],
            "position": ["mentor", "mentor", "fasilitator"],
        }
    )
    given_ = pd.DataFrame({"candidate_id": ["b", "c"], "assessor_id": ["x", "x"]})
    found = find_conflicts(NATURES, duties(), [], seats, given_)
    assert found[["member_id", "kind"]].to_numpy().tolist() == [["x", "calon menilai calon"]]
    assert find_conflicts(NATURES, duties(), [], seats, given_[1:]).empty
