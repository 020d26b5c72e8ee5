"""The yearly assessment: score sheets, figures, scores, and what took every point (domain sheets B.8)."""

from monitors.assessment.assessment import Assessment
from monitors.assessment.cases import (
    CaseFigures,
    CaseRecord,
    ClosedCase,
    ClosedCases,
    ClosedInstances,
    WarningFigures,
)
from monitors.assessment.figures import CaseCounts, Figures
from monitors.assessment.results import Cause, IndicatorResult, Line, ScoreSheetResult
from monitors.assessment.scores import Deduction, Ranked, Score
from monitors.assessment.scoring import grade_of, mean, score
from monitors.assessment.sheetfile import load_sheets, sheet_of
from monitors.assessment.sheets import Sheet

__all__ = [
    "Assessment",
    "CaseCounts",
    "CaseFigures",
    "CaseRecord",
    "Cause",
    "ClosedCase",
    "ClosedCases",
    "ClosedInstances",
    "Deduction",
    "Figures",
    "IndicatorResult",
    "Line",
    "Ranked",
    "Score",
    "ScoreSheetResult",
    "Sheet",
    "WarningFigures",
    "grade_of",
    "load_sheets",
    "mean",
    "score",
    "sheet_of",
]
