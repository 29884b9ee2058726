"""Running the command line in this process."""

import pytest

from steelyard.cli.running import run_arguments


@pytest.fixture
def run(capsys):
    """Run a command in this process; return status, stdout and stderr."""

    def run_one(*arguments: object):
        status = run_arguments([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return status, out, err

    return run_one
