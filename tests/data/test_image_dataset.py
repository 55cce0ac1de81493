from studio.data.image_dataset import image_path, sample_id


def test_a_sample_is_named_by_split_and_index():
    assert sample_id("test", 9729) == "test:9729"


def test_images_lie_in_their_folder_beside_their_list_or_in_no_folder_at_all(tmp_path):
    (tmp_path / "pets.zip").write_bytes(b"")
    assert image_path(tmp_path, "cat/1.png") == tmp_path / "cat" / "1.png"
    assert image_path(tmp_path / "labels.CSV", "cat/1.png") == tmp_path / "cat" / "1.png"
    assert image_path(tmp_path / "pets.zip", "cat/1.png") is None
